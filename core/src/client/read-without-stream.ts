import type { ExecutionStatusResponse, LogsResponse } from '../api/index.ts';
import { RunvoyError } from '../contract/errors.ts';
import { isFinal } from '../executions/is-final.ts';
import type { EndFrame, StatusFrame } from '../sockets/protocol.ts';
import type { createEventFrames } from './event-frames.ts';
import { pause } from './pause.ts';
import type { Client, FollowEvent, FollowOptions } from './types.ts';

export interface ReadDependencies extends Pick<Client, 'logs' | 'executionStatus'> {
  /** Knows the events that were yielded already. */
  toFrames: ReturnType<typeof createEventFrames>;
}

/** Between looks, in milliseconds. */
const pollPause = 1000;
const pageLimit = 10_000;

/** For what has ended, and for servers that stream nothing: everything over REST, looking again until it has ended. */
export async function* readWithoutStream(
  { logs, executionStatus, toFrames }: ReadDependencies,
  executionId: string,
  { after, follow, signal, first }: FollowOptions & { first?: LogsResponse },
): AsyncGenerator<FollowEvent, void, undefined> {
  let cursor = after;
  let shown: string | undefined;
  let lines = 0;
  for (let answer = first; ; answer = undefined) {
    // Asked before the lines, so that a final status has all of its lines after it.
    const status = await executionStatus(executionId);
    const over = isFinal(status.status);
    if (status.status !== shown) yield statusFrame(status);
    shown = status.status;
    // Upstream answers with everything at once, whatever the limit.
    let page = over && answer?.next === undefined ? answer : undefined;
    for (let more = true; more; page = undefined) {
      throwIfAborted(signal);
      page ??= await logs(executionId, {
        limit: pageLimit,
        ...(cursor !== undefined && { after: cursor }),
      });
      for (const frame of toFrames(page.events ?? [], page.next)) {
        lines = frame.first + frame.count - 1;
        yield frame;
      }
      more = page.next !== undefined && page.events?.length === pageLimit;
      cursor = page.next ?? cursor;
    }
    if (over || !follow) {
      yield endFrame(status, lines);
      return;
    }
    await pause(pollPause, signal);
  }
}

function statusFrame({ execution_id, status, started_at, phase_detail }: ExecutionStatusResponse): StatusFrame {
  return {
    type: 'status',
    execution_id,
    status,
    ...(phase_detail !== undefined && { detail: phase_detail }),
    elapsed_ms: Math.max(0, Date.now() - Date.parse(started_at)),
  };
}

function endFrame(status: ExecutionStatusResponse, lines: number): EndFrame {
  const over = isFinal(status.status);
  return {
    type: 'end',
    execution_id: status.execution_id,
    status: status.status,
    exit_code: over ? status.exit_code : null,
    ...(status.reason !== undefined && { reason: status.reason }),
    ...(status.reason_detail !== undefined && { reason_detail: status.reason_detail }),
    lines,
    logs_complete: over && status.logs_complete !== false,
  };
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RunvoyError('CANCELLED', 'following was cancelled');
}
