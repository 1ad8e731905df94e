import type { LogStream } from '../contract/logs.ts';

/**
 * Stream protocol 2, server to client; the client sends nothing. One text message a frame. Its first line is one of these
 * objects as JSON; only a `log` frame has more: after the newline come its lines as they are, each ended by `\n`, so that
 * neither side quotes, splits or parses a line.
 *
 * The client opens the `websocket_url` it was given with `&protocol=2` added, and `&after=<cursor>` to resume. Frames with
 * the same cursor position are never sent twice on one connection, and resuming with the cursor of the last frame that was
 * handled loses and repeats nothing. Protocol 1 (no `protocol` in the URL) is upstream's: one `LogEvent` a message, then
 * `{"type":"disconnect","reason":"execution_completed"}`.
 */
export type StreamFrame = StatusFrame | LogFrame | ReconnectFrame | EndFrame;

/** First frame of every connection, and whenever the status or what a start waits for changes. */
export interface StatusFrame {
  type: 'status';
  execution_id: string;
  status: string;
  /** While starting: what it waits for. */
  detail?: string;
  /** Milliseconds since the run was accepted. */
  elapsed_ms: number;
}

export interface LogFrame {
  type: 'log';
  /** Opaque: resumes after this frame. */
  cursor: string;
  stream: LogStream;
  /** Number of the first line, counted from 1 over all streams. */
  first: number;
  count: number;
  /** Milliseconds since the epoch: of all lines, or one for each. */
  time: number | readonly number[];
  /** The last line goes on in the next frame of this stream: print it without its newline. */
  continues?: true;
}

/** Open a new connection with the last cursor: this one is closed soon, for a reason that is not the run's. */
export interface ReconnectFrame {
  type: 'reconnect';
  /** `access-ended`: the viewer's key was revoked, or his token is over; a new connection is told which. */
  reason: 'platform-limit' | 'server-shutdown' | 'overloaded' | 'access-ended';
}

/** The last frame. With `follow=0` in the URL it comes after the lines so far, with the status of that moment. */
export interface EndFrame {
  type: 'end';
  execution_id: string;
  status: string;
  exit_code: number | null;
  reason?: string;
  reason_detail?: string;
  /** Lines in the log. */
  lines: number;
  logs_complete: boolean;
}

/** Codes that the server closes a socket with. */
export const closeCodes = {
  completed: 1000,
  goingAway: 1001,
  overloaded: 1013,
} as const;
