import { setTimeout as delay } from 'node:timers/promises';
import type { LogPiece } from '../logs/log-pieces.ts';
import type { LogPosition } from '../logs/log-position.ts';
import type { Channel } from './channel.ts';
import { disconnectMessage, endFrame, messagesOf, type Protocol, reconnectFrame, statusFrame } from './frames.ts';
import { closeCodes, type ReconnectFrame } from './protocol.ts';
import type { ViewerSocket } from './viewer-socket.ts';

export interface ViewerOptions {
  channel: Channel;
  socket: ViewerSocket;
  protocol: Protocol;
  follow: boolean;
  /** What it was admitted with. */
  token: string;
  position: LogPosition;
  /** Lines at the start that the viewer has already. */
  skipLines: number;
  now(): number;
}

/** Queued bytes above which a viewer gets nothing more until it has taken them. */
const maximumBufferedBytes = 1 << 20;
/** Upstream's clients lose lines that come right before the disconnect message. */
const pauseBeforeDisconnect = 200;
/** Upstream's clients close the socket themselves. */
const closeGrace = 2000;
const storeLag = 50;

/** One viewer: where it is in the log, and everything that it is sent. */
export class Viewer {
  readonly openedAt: number;
  readonly token: string;
  position: LogPosition;
  /** When it was last known that the viewer may look on. */
  admittedAt: number;
  readonly #options: ViewerOptions;
  #pumping = false;
  #again = false;
  #statusDue: boolean;
  #closing = false;
  /** Since when it has not taken anything that waits for it. */
  #stalledSince: number | undefined;
  #stalledBytes = 0;
  #pingedAt: number;

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.position = options.position;
    this.#statusDue = options.protocol === 2;
    this.openedAt = options.now();
    this.token = options.token;
    this.#pingedAt = this.openedAt;
    this.admittedAt = this.openedAt;
  }

  /** There may be something to send. */
  wake(): void {
    if (this.#closing || this.#options.socket.closed.aborted) return;
    if (this.#pumping) {
      this.#again = true;
      return;
    }
    this.#pumping = true;
    this.#again = false;
    this.#pump().then(
      () => {
        this.#pumping = false;
        if (this.#again) this.wake();
      },
      (error: unknown) => {
        this.#pumping = false;
        this.#options.channel.failed(this, error);
      },
    );
  }

  statusChanged(): void {
    this.#statusDue = this.#options.protocol === 2;
    this.wake();
  }

  /** Sends the viewer to another connection. Protocol 1 has no word for it. */
  leave(reason: ReconnectFrame['reason']): void {
    if (this.#closing) return;
    this.#closing = true;
    const { socket, protocol } = this.#options;
    if (protocol === 2) socket.send([reconnectFrame(reason)]);
    socket.close(reason === 'overloaded' ? closeCodes.overloaded : closeCodes.goingAway, reason);
  }

  /** Called about once a second, whatever happens. */
  tick(now: number, limits: { pingMilliseconds: number; stallMilliseconds: number; lifeMilliseconds: number }): void {
    const { socket, protocol } = this.#options;
    if (this.#closing) return;
    if (protocol === 2 && now - this.openedAt >= limits.lifeMilliseconds) {
      this.leave('platform-limit');
      return;
    }
    const waiting = socket.bufferedBytes;
    if (waiting === 0 || waiting < this.#stalledBytes) this.#stalledSince = undefined;
    if (waiting > 0) this.#stalledSince ??= now;
    this.#stalledBytes = waiting;
    if (this.#stalledSince !== undefined && now - this.#stalledSince >= limits.stallMilliseconds) {
      this.leave('overloaded');
      return;
    }
    if (now - this.#pingedAt >= limits.pingMilliseconds) {
      this.#pingedAt = now;
      socket.ping();
    }
  }

  /** Sends until there is nothing more to send for now. */
  async #pump(): Promise<void> {
    const { follower } = this.#options.channel;
    while (await this.#ready()) {
      if (this.#statusDue) this.#sendStatus();
      const pieces = this.#options.follow ? follower.take(this.position) : undefined;
      if (pieces === undefined) {
        if (!(await this.#sendFromStore())) return;
      } else if (pieces.length > 0) {
        this.#sendAll(pieces);
      } else {
        if (follower.complete) this.#end();
        else follower.wantMore();
        return;
      }
    }
  }

  /** Sends a page; `false` when that was the end. */
  async #sendFromStore(): Promise<boolean> {
    const { channel, follow } = this.#options;
    const before = this.position;
    const { pieces, end } = await channel.follower.readAfter(before);
    if (pieces.length === 0) this.position = end;
    this.#sendAll(pieces);
    const nothing = end === before;
    if (nothing && !follow) {
      this.#end();
      return false;
    }
    // Pages that are answered at once, from memory or a local file, must not keep everyone else from their turn. Without any,
    // the store lags behind what was watched.
    await (nothing ? delay(storeLag) : new Promise(setImmediate));
    return true;
  }

  /** Stops half-way when the viewer has enough to read: the rest is taken anew, so that nothing is held for it meanwhile. */
  #sendAll(pieces: readonly LogPiece[]): void {
    const { channel, socket, protocol, skipLines } = this.#options;
    for (const piece of pieces) {
      if (this.#closing || socket.closed.aborted || socket.bufferedBytes > maximumBufferedBytes) return;
      const messages = messagesOf(channel.executionId, piece, protocol);
      const skipped = skipLines - piece.start.lines;
      this.position = piece.end;
      if (skipped <= 0) socket.send(messages);
      else if (skipped < piece.count) socket.send(messages.slice(skipped));
    }
  }

  /** Waits until the viewer can take more; `false` when it is gone. */
  async #ready(): Promise<boolean> {
    const { socket } = this.#options;
    if (socket.bufferedBytes > maximumBufferedBytes) {
      await socket.drained();
      this.#stalledSince = undefined;
    }
    return !this.#closing && !socket.closed.aborted;
  }

  #sendStatus(): void {
    const { channel, socket, now } = this.#options;
    this.#statusDue = false;
    socket.send([statusFrame(channel.execution, channel.detail, now())]);
  }

  #end(): void {
    const { channel, socket, protocol } = this.#options;
    this.#closing = true;
    if (protocol === 2) {
      socket.send([endFrame(channel.execution, this.position.lines)]);
      socket.close(closeCodes.completed, 'completed');
      return;
    }
    setTimeout(() => {
      socket.send([disconnectMessage]);
      setTimeout(() => socket.close(closeCodes.completed, 'execution completed'), closeGrace);
    }, pauseBeforeDisconnect);
  }
}
