import { openProvider, quietLog } from '@runvoy/core/testing';
import plugin from '../src/index.ts';

/** What Terraform makes in a real project, and reconciliation repairs: topics, sinks, subscriptions, the Scheduler job. */
export async function lay(env: Record<string, string>): Promise<void> {
  const provider = await openProvider(plugin, env, { now: Date.now, log: quietLog, role: 'processor' }, 30);
  try {
    const broken = (await provider.plumbing!.check()).filter(({ repaired }) => !repaired);
    if (broken.length > 0) throw new Error(`the plumbing cannot be laid: ${JSON.stringify(broken)}`);
  } finally {
    await provider.close();
  }
}
