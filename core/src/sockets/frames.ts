import type { ExecutionDocument } from '../contract/collections.ts';
import { isFinal } from '../executions/is-final.ts';
import { eachLine, eventId } from '../logs/log-events.ts';
import type { LogPiece } from '../logs/log-pieces.ts';
import { encodeCursor } from '../logs/log-position.ts';
import type { EndFrame, LogFrame, ReconnectFrame, StatusFrame } from './protocol.ts';

export type Protocol = 1 | 2;

/** Room that the header of a log frame takes besides its times. */
export const headerBytes = 1024;

/** Protocol 1's only message that is no log event. */
export const disconnectMessage = '{"type":"disconnect","reason":"execution_completed"}';

/**
 * The messages that carry a piece. Made once a protocol and shared by all viewers: the same piece gives the same array.
 */
export function messagesOf(executionId: string, piece: LogPiece, protocol: Protocol): readonly (string | Uint8Array)[] {
  const made = protocol === 1 ? eventMessages : frameMessages;
  let messages = made.get(piece);
  if (!messages) {
    messages = protocol === 1 ? eventsOf(piece) : [logFrame(executionId, piece)];
    made.set(piece, messages);
  }
  return messages;
}

type Made = WeakMap<LogPiece, readonly (string | Uint8Array)[]>;
const eventMessages: Made = new WeakMap();
const frameMessages: Made = new WeakMap();

function eventsOf(piece: LogPiece): string[] {
  const messages: string[] = [];
  eachLine(piece, (line, time, text) => {
    messages.push(`{"event_id":"${eventId(line)}","timestamp":${time},"message":${JSON.stringify(text)}}`);
  });
  return messages;
}

function logFrame(executionId: string, piece: LogPiece): Uint8Array {
  const frame: LogFrame = {
    type: 'log',
    cursor: encodeCursor(executionId, piece.end),
    stream: piece.stream,
    first: piece.start.lines + 1,
    count: piece.count,
    time: piece.time,
    ...(piece.continues && { continues: true }),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(frame)}\n`), piece.text]);
}

export function statusFrame(execution: ExecutionDocument, detail: string | undefined, now: number): string {
  const frame: StatusFrame = {
    type: 'status',
    execution_id: execution.execution_id,
    status: execution.status,
    ...(execution.status === 'STARTING' && detail !== undefined && { detail }),
    elapsed_ms: Math.max(0, now - execution.started_at),
  };
  return `${JSON.stringify(frame)}\n`;
}

export function reconnectFrame(reason: ReconnectFrame['reason']): string {
  return `${JSON.stringify({ type: 'reconnect', reason } satisfies ReconnectFrame)}\n`;
}

/** `lines`: in the log. */
export function endFrame(execution: ExecutionDocument, lines: number): string {
  const final = isFinal(execution.status);
  const frame: EndFrame = {
    type: 'end',
    execution_id: execution.execution_id,
    status: execution.status,
    exit_code: final ? (execution.exit_code ?? null) : null,
    ...(final && execution.reason !== undefined && { reason: execution.reason }),
    ...(final && execution.reason_detail !== undefined && { reason_detail: execution.reason_detail }),
    lines,
    // Records of upstream's do not say.
    logs_complete: final && execution.logs_complete !== false,
  };
  return `${JSON.stringify(frame)}\n`;
}
