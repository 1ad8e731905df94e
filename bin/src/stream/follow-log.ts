import type { Client } from '@runvoy/core/client';
import { isRunvoyError, RunvoyError } from '@runvoy/core/provider';
import type { Ui } from '../output/ui.ts';
import type { EndFrame, LogEvent, StatusFrame } from './frames.ts';
import { linesSince } from './log-lines.ts';
import type { LogPrinter } from './log-printer.ts';
import { showProgress } from './progress.ts';

export interface FollowLogOptions {
  client: Client;
  executionId: string;
  printer: LogPrinter;
  ui: Ui;
  follow: boolean;
  /** Resume after this cursor. */
  after?: string;
  /** Leave out lines before this time. */
  since?: number;
  /** Stops following; the execution goes on. */
  signal: AbortSignal;
}

/** `end` is absent when following was stopped by the signal. */
export interface Followed {
  end?: EndFrame;
  /** Resumes after the last line that was printed. */
  cursor?: string;
}

/** Prints a log as it comes, to its end. */
export async function followLog(options: FollowLogOptions): Promise<Followed> {
  const { client, executionId, printer, ui, follow, after, since, signal } = options;
  const progress = follow ? await showProgress('Starting', ui) : undefined;
  let cursor = after;
  try {
    for await (const event of client.follow(executionId, {
      follow,
      signal,
      ...(after === undefined ? {} : { after }),
    })) {
      if (event.type === 'log') {
        progress?.stop();
        const shown = since === undefined ? event : linesSince(event, since);
        if (shown) await printer.log(shown as LogEvent);
        cursor = event.cursor;
      } else if (event.type === 'status') {
        if (event.status === 'STARTING') progress?.update(phaseOf(event));
        else progress?.stop();
        printer.status(event);
      } else if (event.type === 'reconnecting') {
        // The first attempt nearly always works, as when the server announced that it closes the connection.
        if (event.attempt > 1) ui.note(`Connection lost (${event.reason}), trying again`);
      } else {
        progress?.stop();
        printer.end(event);
        return { end: event, ...(cursor === undefined ? {} : { cursor }) };
      }
    }
  } catch (error) {
    if (!signal.aborted) throw lost(error, executionId);
  } finally {
    progress?.stop();
  }
  if (!signal.aborted) throw lost(undefined, executionId);
  return cursor === undefined ? {} : { cursor };
}

function phaseOf(frame: StatusFrame): string {
  return frame.detail ? `Starting: ${frame.detail}` : 'Starting';
}

function lost(error: unknown, executionId: string): unknown {
  if (isRunvoyError(error) && error.remedy === undefined && error.code === 'SERVICE_UNAVAILABLE') {
    return new RunvoyError(error.code, error.message, {
      remedy: `The execution may be running still: runvoy attach ${executionId}`,
      ...(error.status === undefined ? {} : { status: error.status }),
      cause: error,
    });
  }
  return error ?? new RunvoyError('SERVICE_UNAVAILABLE', 'the log stream ended without the end of the log');
}
