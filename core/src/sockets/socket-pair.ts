import type { ClientSocket } from '../client/types.ts';
import type { ViewerSocket } from './viewer-socket.ts';

/** Two ends of a connection within this process. Messages pass at once, unless the client has paused: then they wait. */
export function openSocketPair(): {
  client: ClientSocket;
  server: ViewerSocket;
  /** Ends a connection that was never opened, as a refused upgrade. */
  refuse(status: number, reason: string): void;
} {
  const closed = new AbortController();
  let waiting: (string | Uint8Array)[] = [];
  let waitingBytes = 0;
  let paused = false;
  let closing: { code: number; reason: string } | undefined;
  let drained: (() => void)[] = [];

  const settle = (): void => {
    for (const resolve of drained) resolve();
    drained = [];
  };
  const finish = (event: { code: number; reason: string; status?: number }): void => {
    if (closed.signal.aborted) return;
    waiting = [];
    waitingBytes = 0;
    closed.abort();
    settle();
    client.onclose?.(event);
  };
  const deliver = (): void => {
    while (!paused && !closed.signal.aborted && waiting.length > 0) {
      const message = waiting.shift() as string | Uint8Array;
      waitingBytes -= message.length;
      client.onmessage?.(message);
    }
    if (waiting.length > 0) return;
    settle();
    if (closing) finish(closing);
  };

  const client: ClientSocket = {
    onmessage: null,
    onclose: null,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      queueMicrotask(deliver);
    },
    close: (code = 1000) => queueMicrotask(() => finish({ code, reason: '' })),
  };

  const server: ViewerSocket = {
    closed: closed.signal,
    get bufferedBytes() {
      return waitingBytes;
    },
    send(messages) {
      if (closing || closed.signal.aborted) return;
      for (const message of messages) {
        waiting.push(message);
        waitingBytes += message.length;
      }
      deliver();
    },
    drained: () =>
      new Promise((resolve) => {
        if (waiting.length === 0) resolve();
        else drained.push(resolve);
      }),
    ping: () => undefined,
    close(code, reason) {
      closing ??= { code, reason };
      queueMicrotask(deliver);
    },
  };

  return { client, server, refuse: (status, reason) => finish({ code: 1006, reason, status }) };
}
