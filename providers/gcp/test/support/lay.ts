import { openProvider } from '@runvoy/core/testing';
import plugin from '../../src/index.ts';

const silent = () => undefined;

/** Makes everything that connects a deployment with the server at a URL, as reconciliation does. */
export async function lay(env: Record<string, string>, url: string): Promise<void> {
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const settings = { ...env, RUNVOY_GCP_PROCESSOR_URL: url };
  const provider = await openProvider(plugin, settings, { now: Date.now, log, role: 'processor' }, 30);
  try {
    const broken = (await provider.plumbing!.check()).filter(({ repaired }) => !repaired);
    if (broken.length > 0) throw new Error(`the plumbing cannot be laid: ${JSON.stringify(broken)}`);
  } finally {
    await provider.close();
  }
}
