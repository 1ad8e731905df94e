import { constants } from 'node:os';
import { isFinal } from '@runvoy/core/client';
import type { Ui } from '../output/ui.ts';
import type { EndFrame } from './frames.ts';

/** How an execution ended, as far as the end of its log and its status both tell. */
export interface Ending {
  status: string;
  exit_code: number | null;
  reason?: string | undefined;
  reason_detail?: string | undefined;
}

/** What the shell gets. */
export function exitCodeOfEnding(ending: Ending): number {
  return ending.exit_code ?? (ending.status === 'SUCCEEDED' ? 0 : 1);
}

export function describeEnding(ending: Ending): string {
  const detail = ending.reason_detail ? `: ${ending.reason_detail}` : '';
  const code = ending.exit_code ?? 'unknown';
  switch (ending.reason) {
    case 'signalled':
      return `The command was ended by ${signalName(ending.exit_code)}${detail}`;
    case 'stopped':
      return `The command was stopped${detail}`;
    case 'timed-out':
      return `The command timed out and was stopped${detail}`;
    case 'out-of-memory':
      return `The command used too much memory and was ended${detail}`;
    case 'start-failed':
      return `The command never started${detail}`;
    case 'lost':
      return `How the command ended cannot be known any more${detail}`;
    default:
      if (ending.status === 'SUCCEEDED') return 'Succeeded';
      if (ending.status === 'STOPPED') return `The command was stopped${detail}`;
      return `The command failed with exit code ${code}${detail}`;
  }
}

/** Says how a command ended. Its own exit code says enough to a script; every other reason is told to scripts too. */
export function announceEnding(ending: Ending, ui: Ui): void {
  if (ui.json) return;
  if (ending.status === 'SUCCEEDED') ui.success(describeEnding(ending));
  else if (ui.attended || (ending.reason !== undefined && ending.reason !== 'exited')) ui.fail(describeEnding(ending));
}

export function announceIncompleteLog(end: EndFrame, ui: Ui): void {
  if (!ui.json && isFinal(end.status) && !end.logs_complete)
    ui.warn('The log is incomplete: lines that the command printed did not reach the server in time');
}

function signalName(exitCode: number | null): string {
  const number = (exitCode ?? 128) - 128;
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  return name ? `signal ${number} (${name})` : 'a signal';
}
