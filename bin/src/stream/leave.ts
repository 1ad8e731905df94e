import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@runvoy/core/client';
import { exitCodes, stoppedByUser } from '../exit-codes.ts';
import type { Ui } from '../output/ui.ts';
import type { Interrupts } from './interrupts.ts';

/** Within this time after the first Ctrl-C, a second one stops the execution. */
const secondInterruptWindow = 2000;

/** Leaves an execution that goes on, or stops it when Ctrl-C is pressed again. Returns the exit code. */
export async function leave(
  client: Client,
  executionId: string,
  cursor: string | undefined,
  interrupts: Interrupts,
  ui: Ui,
): Promise<number> {
  const resume = `runvoy attach ${executionId}${cursor === undefined ? '' : ` --after ${cursor}`}`;
  ui.warn(`Detached; the execution goes on.\n  Come back: ${resume}\n  Stop it:   runvoy kill ${executionId}`);
  if (interrupts.terminated()) return exitCodes.unknown;
  ui.note('Press Ctrl-C again to stop it now');
  // A second Ctrl-C cuts the wait short: that is the point, not a failure.
  await delay(secondInterruptWindow, undefined, { signal: interrupts.second }).catch(() => {});
  if (!interrupts.second.aborted) return exitCodes.unknown;
  ui.note('Stopping the execution');
  const stopped = await client.killExecution(executionId);
  ui.tell(stopped ? 'The execution is being stopped' : 'The execution had ended already');
  return stopped ? stoppedByUser : exitCodes.unknown;
}
