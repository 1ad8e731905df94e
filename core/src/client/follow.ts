import type { LogEvent } from '../api/index.ts';
import { errorCodes, isRunvoyError, type RunvoyError } from '../contract/errors.ts';
import { createEventFrames } from './event-frames.ts';
import { isUpstream, parseMessage } from './frame-parser.ts';
import { pause, pauseBefore } from './pause.ts';
import { readWithoutStream, throwIfAborted } from './read-without-stream.ts';
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

/** See `Client.follow`. */
export async function* follow(
  dependencies: FollowDependencies,
  executionId: string,
  { after, follow = true, signal }: FollowOptions = {},
): AsyncGenerator<FollowEvent, void, undefined> {
  const { transport, logs, takeStreamUrl } = dependencies;
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
    let wait = true;
    try {
      if (url === undefined) {
        const { after: from } = resume();
        const answer = await logs(executionId, { limit: 1, ...(from !== undefined && { after: from }) });
        reached = true;
        url = answer.websocket_url;
        if (url === undefined)
          return yield* readWithoutStream({ ...dependencies, toFrames }, executionId, { ...resume(), first: answer });
      }
      const connection = new StreamConnection(transport.openSocket(streamUrl(url, cursor, follow, upstream)));
      const abort = () => connection.close();
      signal?.addEventListener('abort', abort);
      try {
        const outcome = yield* receive(connection);
        if (outcome === 'ended') return;
        if (outcome === 'disconnected')
          return yield* readWithoutStream({ ...dependencies, toFrames }, executionId, resume());
        ({ reason, wait } = outcome);
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
    if (wait) await pause(pauseBefore(attempt), signal);
  }

  function resume(): FollowOptions {
    return { follow, ...(signal && { signal }), ...(!upstream && cursor !== undefined && { after: cursor }) };
  }

  /** Yields what a connection brings, until it ends. */
  async function* receive(
    connection: StreamConnection,
  ): AsyncGenerator<FollowEvent, 'ended' | 'disconnected' | { reason: string; wait: boolean }, undefined> {
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
        return { reason: reason === '' || status !== undefined ? closeReason(code, status) : reason, wait: true };
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
            return { reason: message.reason, wait: message.reason !== 'platform-limit' };
        }
        throwIfAborted(signal);
      }
      yield* toFrames(events);
    }
  }
}

/** Whether it is the server's trouble, not the request's. */
function mayPass(error: unknown): error is RunvoyError {
  return isRunvoyError(error) && (errorCodes[error.code].status >= 500 || error.code === 'RATE_LIMITED');
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
