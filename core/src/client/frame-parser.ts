import type { EndFrame, LogFrame, ReconnectFrame, StatusFrame } from '../sockets/protocol.ts';

/** What a server of protocol 1 sends: upstream's, which does not know the other. */
export type UpstreamMessage = { event_id: string; timestamp: number; message: string } | { type: 'disconnect' };

export type Message = StatusFrame | (LogFrame & { text: Uint8Array }) | ReconnectFrame | EndFrame | UpstreamMessage;

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const nothing = new Uint8Array();
const newline = 0x0a;

/**
 * One message. Only its first line is parsed; the lines of a log frame stay one text, as they are. `undefined` for what is no
 * JSON object.
 */
export function parseMessage(data: string | Uint8Array): Message | undefined {
  const end = typeof data === 'string' ? data.indexOf('\n') : data.indexOf(newline);
  let frame: unknown;
  try {
    frame = JSON.parse(
      typeof data === 'string' ? before(data, end) : decoder.decode(data.subarray(0, end < 0 ? undefined : end)),
    );
  } catch {
    return undefined;
  }
  if (typeof frame !== 'object' || frame === null) return undefined;
  if ((frame as LogFrame).type !== 'log') return frame as Message;
  const text =
    end < 0 ? nothing : typeof data === 'string' ? encoder.encode(data.slice(end + 1)) : data.subarray(end + 1);
  return Object.assign(frame as LogFrame, { text });
}

function before(text: string, end: number): string {
  return end < 0 ? text : text.slice(0, end);
}

export function isUpstream(message: Message): message is UpstreamMessage {
  return 'event_id' in message || message.type === 'disconnect';
}
