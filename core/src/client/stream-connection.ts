import type { ClientSocket } from './types.ts';

export interface Closed {
  code: number;
  reason: string;
  /** HTTP status of a refused upgrade. */
  status?: number;
}

/** Bytes that may wait for the caller before the socket is paused. */
const maximumWaitingBytes = 1 << 20;

/** The messages of a socket, to be pulled: what the caller does not take stays with the server. */
export class StreamConnection {
  readonly #socket: ClientSocket;
  #waiting: (string | Uint8Array)[] = [];
  #waitingBytes = 0;
  #paused = false;
  #closed: Closed | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: ClientSocket) {
    this.#socket = socket;
    socket.onmessage = (data) => {
      this.#waiting.push(data);
      this.#waitingBytes += data.length;
      if (this.#waitingBytes > maximumWaitingBytes && !this.#paused && socket.pause) {
        this.#paused = true;
        socket.pause();
      }
      this.#wake?.();
    };
    socket.onclose = (closed) => {
      this.#closed = closed;
      this.#wake?.();
    };
  }

  /** All messages that are there, at least one; how the connection ended, once there are no more. */
  async take(): Promise<(string | Uint8Array)[] | Closed> {
    while (this.#waiting.length === 0) {
      if (this.#closed) return this.#closed;
      if (this.#paused) this.#resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const messages = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return messages;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = { code: 1000, reason: '' };
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close(1000);
    // A paused socket would not see the other side's answer.
    if (this.#paused) this.#resume();
    this.#wake?.();
  }

  #resume(): void {
    this.#paused = false;
    this.#socket.resume?.();
  }
}
