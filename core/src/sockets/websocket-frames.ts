/**
 * Text messages as the bytes that a WebSocket server writes for them (RFC 6455 §5.2, unmasked), one after another. A write of
 * many costs as much as a write of one, and the same bytes go to every viewer.
 */
export function webSocketFrames(messages: readonly (string | Uint8Array)[]): Buffer {
  let size = 0;
  for (const message of messages) {
    const length = typeof message === 'string' ? Buffer.byteLength(message) : message.length;
    size += headerLength(length) + length;
  }
  const frames = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const message of messages) {
    const length = typeof message === 'string' ? Buffer.byteLength(message) : message.length;
    offset = writeHeader(frames, offset, length);
    if (typeof message === 'string') frames.write(message, offset);
    else frames.set(message, offset);
    offset += length;
  }
  return frames;
}

const finalText = 0x81;

function headerLength(payload: number): number {
  return payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
}

function writeHeader(frames: Buffer, offset: number, payload: number): number {
  frames[offset] = finalText;
  if (payload < 126) {
    frames[offset + 1] = payload;
  } else if (payload < 65_536) {
    frames[offset + 1] = 126;
    frames.writeUInt16BE(payload, offset + 2);
  } else {
    frames[offset + 1] = 127;
    frames.writeUInt16BE(0, offset + 2);
    frames.writeUIntBE(payload, offset + 4, 6);
  }
  return offset + headerLength(payload);
}
