import type { World } from '../world.ts';

/** A viewer as upstream's clients are: opens the URL as it was given, and closes once it is told that the run is over. */
export class OldViewer implements Disposable {
  readonly messages: string[] = [];
  closed: { code: number; reason: string } | undefined;
  readonly #socket: WebSocket;
  readonly #world: World;

  /** `stays`: it waits for the server to close. */
  constructor(world: World, url: string, { stays = false } = {}) {
    this.#world = world;
    this.#socket = new WebSocket(url);
    this.#socket.onmessage = ({ data }) => {
      this.messages.push(String(data));
      if (!stays && JSON.parse(String(data)).type === 'disconnect') this.#socket.close(1000, 'Execution completed');
    };
    this.#socket.onclose = ({ code, reason }) => {
      this.closed = { code, reason };
    };
  }

  async saw(count: number): Promise<void> {
    await this.#world.until(`${count} messages on the socket`, () => this.messages.length >= count);
  }

  async left(): Promise<void> {
    await this.#world.until('the socket to be closed', () => this.closed !== undefined);
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
