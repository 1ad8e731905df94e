import type { Client } from '@runvoy/core/client';
import type { Ui } from '../output/ui.ts';
import { announceEnding, announceIncompleteLog, exitCodeOfEnding } from './ending.ts';
import { followLog } from './follow-log.ts';
import type { Interrupts } from './interrupts.ts';
import { leave } from './leave.ts';
import { createLogPrinter } from './log-printer.ts';

export interface WatchOptions {
  client: Client;
  executionId: string;
  ui: Ui;
  interrupts: Interrupts;
  /** Resume after this cursor. */
  after?: string;
}

/** Shows the output of an execution to its end, and returns the exit code of the command. */
export async function watchExecution({ client, executionId, ui, interrupts, after }: WatchOptions): Promise<number> {
  const printer = createLogPrinter({ format: ui.json ? 'json' : 'raw', timestamps: false, ui });
  process.stdout.prependOnceListener('error', () => {
    ui.note(`Nobody reads the output any more; the execution goes on. Stop it: runvoy kill ${executionId}`);
  });
  const resume = after === undefined ? {} : { after };
  const { end, cursor } = await followLog({
    client,
    executionId,
    printer,
    ui,
    follow: true,
    signal: interrupts.first,
    ...resume,
  });
  if (!end) return leave(client, executionId, cursor, interrupts, ui);
  announceIncompleteLog(end, ui);
  announceEnding(end, ui);
  return exitCodeOfEnding(end);
}
