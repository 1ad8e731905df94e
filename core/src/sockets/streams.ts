import { setTimeout as delay } from 'node:timers/promises';
import { errorCodes, isRunvoyError } from '../contract/errors.ts';
import type { Logs } from '../contract/logs.ts';
import type { Logger } from '../contract/plugin.ts';
import { quietLog } from '../logging/quiet-log.ts';
import { createRequestId } from '../request-id.ts';
import type { Runvoy } from '../services.ts';
import { Channel } from './channel.ts';
import { headerBytes } from './frames.ts';
import { type StreamRequest, startOf } from './stream-request.ts';
import { Viewer } from './viewer.ts';
import type { ViewerSocket } from './viewer-socket.ts';

export interface StreamSettings {
  /** Seconds after which the platform closes a socket whatever happens; viewers are sent to a new connection before. */
  maximumSocketSeconds?: number;
  /** Bytes of one message. Default 64 KiB. */
  maximumFrameBytes?: number;
  /** Seconds that a viewer may take nothing of what waits for it. Default 300. */
  stallSeconds?: number;
  /** Bytes of text kept for each followed execution. Default 2 MiB. */
  windowBytes?: number;
}

export interface StreamsOptions {
  runvoy: Pick<Runvoy, 'executions'>;
  logs: Logs;
  now(): number;
  log?: Logger;
  settings?: StreamSettings;
}

export interface Streams {
  /**
   * Admits a viewer, before its socket exists: rejects with UNAUTHORIZED, FORBIDDEN, NOT_FOUND or INVALID_REQUEST.
   * The returned function is called with the socket once it is open.
   */
  open(request: StreamRequest, requestId: string): Promise<(socket: ViewerSocket) => void>;
  /** Sends every viewer to another server. */
  close(): Promise<void>;
}

const pingMilliseconds = 20_000;
/** How long before a platform's limit viewers are asked to leave. */
const reconnectLeadSeconds = 15;
const closeMilliseconds = 5000;
/** How often an open stream is checked again, so that a revoked user does not look on until the run ends. */
const admissionMilliseconds = 300_000;

/** Live logs for viewers: one channel an execution, however many look on. */
export function createStreams(options: StreamsOptions): Streams {
  const { runvoy, logs, now, log = quietLog, settings = {} } = options;
  const { executions } = runvoy;
  const { maximumFrameBytes = 65_536, stallSeconds = 300, windowBytes = 2 << 20 } = settings;
  const lifeSeconds = settings.maximumSocketSeconds ?? Number.POSITIVE_INFINITY;
  const limits = {
    pingMilliseconds,
    stallMilliseconds: stallSeconds * 1000,
    lifeMilliseconds: Math.max(lifeSeconds - reconnectLeadSeconds, lifeSeconds / 2) * 1000,
  };
  const pieceBytes = Math.max(1024, maximumFrameBytes - headerBytes);
  const shared = { executions, logs, log, pieceBytes, windowBytes, now };
  const channels = new Map<string, Channel>();
  const sockets = new Set<ViewerSocket>();
  let timer: NodeJS.Timeout | undefined;
  let closing = false;

  // One timer for everyone: pings, limits, polls. A thousand idle viewers cost a thousand comparisons a second.
  function tick(): void {
    const time = now();
    for (const channel of channels.values()) {
      channel.tick(time);
      for (const viewer of channel.viewers) {
        viewer.tick(time, limits);
        if (time - viewer.admittedAt < admissionMilliseconds) continue;
        viewer.admittedAt = time;
        void checkAdmission(channel.executionId, viewer);
      }
    }
  }

  /** Only a refusal ends a stream: a store that does not answer says nothing about the viewer. */
  async function checkAdmission(executionId: string, viewer: Viewer): Promise<void> {
    const requestId = createRequestId();
    try {
      await executions.openStream(executionId, viewer.token, requestId);
    } catch (error) {
      if (isRunvoyError(error) && errorCodes[error.code].status < 500) viewer.leave('access-ended');
      else log.warn({ request_id: requestId, execution_id: executionId, error }, 'could not check who looks on');
    }
  }

  function leave(channel: Channel, viewer: Viewer): void {
    channel.viewers.delete(viewer);
    if (channel.viewers.size > 0) return;
    channel.close();
    channels.delete(channel.executionId);
    if (channels.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  }

  return {
    async open(request, requestId) {
      const { position, skipLines } = startOf(request);
      const { execution, principal } = await executions.openStream(request.executionId, request.token, requestId);
      return (socket) => {
        if (socket.closed.aborted) return;
        let channel = channels.get(request.executionId);
        if (channel) channel.update(execution, channel.detail);
        else {
          channel = new Channel({ ...shared, execution, principal, start: position });
          channels.set(request.executionId, channel);
        }
        const viewer = new Viewer({ ...request, channel, socket, position, skipLines, now });
        channel.viewers.add(viewer);
        sockets.add(socket);
        socket.closed.addEventListener('abort', () => {
          sockets.delete(socket);
          leave(channel, viewer);
        });
        if (closing) return viewer.leave('server-shutdown');
        timer ??= setInterval(tick, 1000);
        viewer.wake();
      };
    },

    async close() {
      closing = true;
      const open = [...sockets];
      for (const channel of channels.values()) for (const viewer of channel.viewers) viewer.leave('server-shutdown');
      const gone = Promise.all(open.map((socket) => socketClosed(socket)));
      // A viewer that has stopped reading does not notice.
      await Promise.race([gone, delay(closeMilliseconds, undefined, { ref: false })]);
    },
  };
}

function socketClosed({ closed }: ViewerSocket): Promise<void> {
  return new Promise((resolve) => {
    if (closed.aborted) resolve();
    else closed.addEventListener('abort', () => resolve(), { once: true });
  });
}
