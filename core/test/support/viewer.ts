import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';

/** A bare WebSocket that keeps what it receives. */
export class TestViewer implements Disposable {
  readonly messages: string[] = [];
  readonly socket: WebSocket;
  pings = 0;
  closed: { code: number; reason: string } | undefined;
  #waiters = new Set<() => void>();

  constructor(url: string) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on('message', (data) => {
      this.messages.push(String(data));
      this.#changed();
    });
    this.socket.on('ping', () => {
      this.pings++;
      this.#changed();
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
      this.#changed();
    });
    this.socket.on('error', () => undefined);
  }

  /** Frames of protocol 2: the header with its lines as `text`. */
  get frames(): Record<string, unknown>[] {
    return this.messages.map((message) => {
      const end = message.indexOf('\n');
      return {
        ...JSON.parse(message.slice(0, end)),
        ...(end + 1 < message.length && { text: message.slice(end + 1) }),
      };
    });
  }

  get text(): string {
    return this.frames.map((frame) => frame.text ?? '').join('');
  }

  async until(condition: (viewer: this) => boolean): Promise<this> {
    while (!condition(this)) {
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
    return this;
  }

  untilClosed(): Promise<this> {
    return this.until(({ closed }) => closed !== undefined);
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }

  #changed(): void {
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }
}

/** The answer to an upgrade that is refused. */
export async function refusalOf(
  url: string,
): Promise<{ status: number; body: Record<string, unknown>; headers: object }> {
  const socket = new WebSocket(url);
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  socket.terminate();
  return {
    status: response.statusCode ?? 0,
    body: JSON.parse(Buffer.concat(parts).toString()),
    headers: response.headers,
  };
}
