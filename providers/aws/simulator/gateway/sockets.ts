import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Deployment } from '../deployment.ts';
import { connectEvent, disconnectEvent } from './socket-events.ts';

/** "Message payload size: 128 KB"; "WebSocket frame size: 32 KB". */
export const maximumMessageBytes = 128 * 1024;
const frameBytes = 32 * 1024;

export interface Connection {
  id: string;
  socket: WebSocket;
  connectedAt: number;
  lastActiveAt: number;
  sourceIp: string;
  userAgent: string;
  /** Ends it when it has been open, or silent, for too long. */
  lifetime: NodeJS.Timeout;
  idle: NodeJS.Timeout;
}

/** The WebSocket API of a deployment: it holds the clients' sockets, and calls the processor when one opens or closes. */
export class Sockets {
  readonly #deployment: Deployment;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: maximumMessageBytes });
  readonly #connections = new Map<string, Connection>();

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  get(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  get open(): readonly Connection[] {
    return [...this.#connections.values()];
  }

  /** Asks `$connect`, and refuses with its status where it is none of success. The connection exists only after that. */
  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { limiter, knobs, random, now, processor } = this.#deployment;
    socket.on('error', () => socket.destroy());
    if (limiter.exceeded(knobs.throttle, 'execute-api:Connect')) {
      refuse(socket, 429, 'Too Many Requests');
      return;
    }
    const id = `${Buffer.from(random.text(22), 'hex').toString('base64')}`;
    const about = {
      id,
      connectedAt: now(),
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      userAgent: request.headers['user-agent'] ?? '',
    };
    const result = await processor.invoke(connectEvent(this.#deployment, request, about));
    const status = 'value' in result ? Number((result.value as { statusCode?: unknown } | null)?.statusCode) : 502;
    if (!(status >= 200 && status < 300)) {
      refuse(socket, status >= 400 && status < 600 ? status : 502, 'Refused');
      return;
    }
    if (socket.destroyed) {
      this.#report(about, 1006, 'Connection closed abnormally');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => this.#accept(client, about));
  }

  #accept(socket: WebSocket, about: Pick<Connection, 'id' | 'connectedAt' | 'sourceIp' | 'userAgent'>): void {
    const { knobs, now, random } = this.#deployment;
    const goingAway = () => socket.close(1001, 'Going away');
    const connection: Connection = {
      ...about,
      socket,
      lastActiveAt: now(),
      lifetime: setTimeout(goingAway, knobs.socketLifetime),
      idle: setTimeout(goingAway, knobs.socketIdle),
    };
    this.#connections.set(about.id, connection);
    socket.on('error', () => {});
    socket.on('ping', () => this.#active(connection));
    socket.on('message', () => {
      this.#active(connection);
      // There is no $default route.
      socket.send(JSON.stringify({ message: 'Forbidden', connectionId: about.id, requestId: random.text(16) }));
    });
    socket.on('close', (code, reason) => {
      clearTimeout(connection.lifetime);
      clearTimeout(connection.idle);
      this.#connections.delete(about.id);
      this.#report(about, code, String(reason));
    });
  }

  #active(connection: Connection): void {
    const { knobs, now } = this.#deployment;
    connection.lastActiveAt = now();
    clearTimeout(connection.idle);
    connection.idle = setTimeout(() => connection.socket.close(1001, 'Going away'), knobs.socketIdle);
  }

  #report(
    about: Pick<Connection, 'id' | 'connectedAt' | 'sourceIp' | 'userAgent'>,
    code: number,
    reason: string,
  ): void {
    const { deliveries, knobs, processor } = this.#deployment;
    const event = disconnectEvent(this.#deployment, about, code, reason);
    deliveries.send('disconnects', knobs.disconnects, async () => void (await processor.invoke(event)));
  }

  /** As one message, of as many frames as it needs. */
  post(connection: Connection, data: Buffer): void {
    this.#active(connection);
    for (let start = 0; start === 0 || start < data.length; start += frameBytes) {
      const end = start + frameBytes;
      connection.socket.send(data.subarray(start, end), { binary: false, fin: end >= data.length });
    }
  }

  close(): void {
    for (const { socket } of this.#connections.values()) socket.terminate();
  }
}

function refuse(socket: Duplex, status: number, text: string): void {
  const body = JSON.stringify({ message: text });
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
