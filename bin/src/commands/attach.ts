import type { Context } from '../context.ts';
import { watchInterrupts } from '../stream/interrupts.ts';
import { watchExecution } from '../stream/watch-execution.ts';

/** As if `run` had never been left: the output, Ctrl-C, and the exit code of the command. */
export default async function attach(
  context: Context,
  executionId: string,
  options: { after?: string },
): Promise<number> {
  const { client } = await context.connect();
  const interrupts = watchInterrupts();
  try {
    return await watchExecution({ client, executionId, ui: context.ui, interrupts, ...options });
  } finally {
    interrupts.dispose();
  }
}
