import { openProvider } from '@runvoy/core/testing';
import plugin from '../../src/index.ts';

const silent = () => undefined;

/** Makes everything that connects a deployment with its server, as reconciliation does. */
export async function lay(env: Record<string, string>): Promise<void> {
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const provider = await openProvider(plugin, env, { now: Date.now, log, role: 'processor' }, 30);
  try {
    const broken = (await provider.plumbing!.check()).filter(({ repaired }) => !repaired);
    if (broken.length > 0) throw new Error(`the plumbing cannot be laid: ${JSON.stringify(broken)}`);
  } finally {
    await provider.close();
  }
}
