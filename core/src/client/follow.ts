import type { ExecutionStatusResponse, LogEvent, LogsResponse } from '../api/index.ts';
import { errorCodes, isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { EndFrame, StatusFrame } from '../sockets/protocol.ts';
import { createEventFrames } from './event-frames.ts';
import { isUpstream, parseMessage } from './frame-parser.ts';
import { StreamConnection } from './stream-connection.ts';
import type { Client, FollowEvent, FollowOptions, Transport } from './types.ts';
import { wireError } from './wire-error.ts';

export interface FollowDependencies {
  transport: Transport;
  logs: Client['logs'];
  executionStatus: Client['executionStatus'];
  /** The URL that a run was answered with, once. */
  takeStreamUrl(executionId: string): string | undefined;
}

const firstPause = 100;
const longestPause = 10_000;
/** Between looks at a server that has no stream for an execution. */
const pollPause = 1000;
const pageLimit = 10_000;

/** See `Client.follow`. */
export async function* follow(
  { transport, logs, executionStatus, takeStreamUrl }: FollowDependencies,
  executionId: string,
  { after, follow = true, signal }: FollowOptions = {},
): AsyncGenerator<FollowEvent, void, undefined> {
  const toFrames = createEventFrames();
  let url = takeStreamUrl(executionId);
  let reached = url !== undefined;
  let cursor = after;
  /** Events come from a server of protocol 1, whose ids are no cursors. */
  let upstream = false;
  let attempt = 0;

  for (;;) {
    throwIfAborted(signal);
    let reason: string;
    let pause = true;
    try {
      if (url === undefined) {
        const answer = await logs(executionId, {
          limit: 1,
          ...(!upstream && cursor !== undefined && { after: cursor }),
        });
        reached = true;
        url = answer.websocket_url;
        if (url === undefined) return yield* readWithoutStream(answer);
      }
      const connection = new StreamConnection(transport.openSocket(streamUrl(url, cursor, follow, upstream)));
      const abort = () => connection.close();
      signal?.addEventListener('abort', abort);
      try {
        const outcome = yield* receive(connection);
        if (outcome === 'ended') return;
        if (outcome === 'disconnected') return yield* readWithoutStream(undefined);
        ({ reason, pause } = outcome);
      } finally {
        signal?.removeEventListener('abort', abort);
        connection.close();
      }
    } catch (error) {
      if (!reached || !mayPass(error)) throw error;
      reason = error.message;
    }
    throwIfAborted(signal);
    attempt++;
    yield { type: 'reconnecting', attempt, reason };
    if (pause) await sleep(pauseBefore(attempt), signal);
  }

  /** Yields what a connection brings, until it ends. */
  async function* receive(
    connection: StreamConnection,
  ): AsyncGenerator<FollowEvent, 'ended' | 'disconnected' | { reason: string; pause: boolean }, undefined> {
    let received = false;
    for (;;) {
      const messages = await connection.take();
      throwIfAborted(signal);
      if (!Array.isArray(messages)) {
        const { code, reason, status } = messages;
        if (status !== undefined && status >= 400 && status < 500 && status !== 401 && status !== 429) {
          throw wireError(status, reason);
        }
        if (upstream && code === 1000) return 'disconnected';
        // Without an answer the URL itself may be the reason: its token has expired, its host has gone.
        if (!received || upstream) url = undefined;
        return { reason: reason === '' || status !== undefined ? closeReason(code, status) : reason, pause: true };
      }
      received = true;
      attempt = 0;
      const events: LogEvent[] = [];
      for (const data of messages) {
        const message = parseMessage(data);
        if (!message) continue;
        if (isUpstream(message)) {
          upstream = true;
          if ('event_id' in message) {
            events.push(message);
            continue;
          }
          yield* toFrames(events);
          return 'disconnected';
        }
        switch (message.type) {
          case 'log':
            cursor = message.cursor;
            yield message;
            break;
          case 'status':
            yield message;
            break;
          case 'end':
            yield message;
            return 'ended';
          case 'reconnect':
            return { reason: message.reason, pause: message.reason !== 'platform-limit' };
        }
        throwIfAborted(signal);
      }
      yield* toFrames(events);
    }
  }

  /** For what has ended, and for servers that stream nothing: everything over REST, looking again until it has ended. */
  async function* readWithoutStream(first: LogsResponse | undefined): AsyncGenerator<FollowEvent, void, undefined> {
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
          ...(!upstream && cursor !== undefined && { after: cursor }),
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
      await sleep(pollPause, signal);
    }
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

/** Whether it is the server's trouble, not the request's. */
function mayPass(error: unknown): error is RunvoyError {
  return isRunvoyError(error) && (errorCodes[error.code].status >= 500 || error.code === 'RATE_LIMITED');
}

function isFinal(status: string): boolean {
  return status === 'SUCCEEDED' || status === 'FAILED' || status === 'STOPPED';
}

function streamUrl(url: string, cursor: string | undefined, follow: boolean, upstream: boolean): string {
  if (upstream) return url;
  const cut = url.includes('?') ? '&' : '?';
  const resume = cursor === undefined ? '' : `&after=${encodeURIComponent(cursor)}`;
  return `${url}${cut}protocol=2${resume}${follow ? '' : '&follow=0'}`;
}

function closeReason(code: number, status: number | undefined): string {
  return status === undefined ? `the connection was lost (${code})` : `the server answered with status ${status}`;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RunvoyError('CANCELLED', 'following was cancelled');
}

/** Doubles up to the longest, with half of it left to chance, so that the viewers of a lost server do not come back at once. */
function pauseBefore(attempt: number): number {
  const longest = Math.min(longestPause, firstPause * 2 ** (attempt - 1));
  return longest * (0.5 + Math.random() / 2);
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}
