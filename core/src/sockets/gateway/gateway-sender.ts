import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionDocument, ExecutionDocument } from '../../contract/collections.ts';
import type { Logs } from '../../contract/logs.ts';
import type { CallOptions } from '../../contract/plugin.ts';
import type { Sockets } from '../../contract/sockets.ts';
import type { Store } from '../../contract/store.ts';
import { isFinal } from '../../executions/is-final.ts';
import { type LogPiece, piecesOf } from '../../logs/log-pieces.ts';
import { decodeCursor, encodeCursor, type LogPosition, logStart } from '../../logs/log-position.ts';
import { disconnectMessage, endFrame, headerBytes, messagesOf, reconnectFrame, statusFrame } from '../frames.ts';
import { type Lease, takeLease } from './connection-lease.ts';

export interface GatewaySenderDependencies {
  store: Store;
  logs: Logs;
  sockets: Sockets;
  now(): number;
}

export interface Task {
  execution: ExecutionDocument;
  /** What has not been sent by then, in milliseconds since the epoch, is left to the next connection. */
  deadline: number;
  /** Lines at the start that the viewer has already. */
  skipLines?: number;
  /** `false`: the lines so far, and the end. */
  follow?: boolean;
}

/** How long before the gateway closes a socket whatever happens viewers are sent to a new one. */
const reconnectLead = 10 * 60_000;
/** Upstream's clients lose lines that come right before the message that ends a stream. */
const pauseBeforeDisconnect = 200;
const readBytes = 1 << 18;
/** How long the gateway may say `gone` of a socket that it is only just opening. */
const openingMilliseconds = 5000;
/** JSON may take six bytes for one of a text; every line is a message of its own in protocol 1. */
const escapedLength = 6;
const eventBytes = 256;

/** Sends one viewer what there is for it, once it has the right to: nothing here waits for what comes later. */
export class GatewaySender {
  readonly #dependencies: GatewaySenderDependencies;
  readonly #connection: ConnectionDocument;
  #task: Task;
  readonly #call: CallOptions;
  #position: LogPosition;
  #status: string | undefined;
  #opening: number;

  constructor(dependencies: GatewaySenderDependencies, connection: ConnectionDocument, task: Task, call: CallOptions) {
    this.#dependencies = dependencies;
    this.#connection = connection;
    this.#task = task;
    this.#call = call;
    this.#position = logStart;
    const openedAt = connection.expires_at - dependencies.sockets.lifetimeSeconds * 1000;
    this.#opening = openedAt + openingMilliseconds;
  }

  async send(): Promise<void> {
    const { store } = this.#dependencies;
    let connection: ConnectionDocument | undefined = this.#connection;
    // Again after the end of the lease: whoever came meanwhile has left his lines to us.
    while (connection) {
      const lease = await takeLease(this.#dependencies, connection, this.#call);
      if (!lease) return;
      if ((await this.#sendUnder(lease)) !== 'waiting') return;
      if (!(await this.#hasMore())) return;
      connection = await store.get('connections', connection.connection_id, this.#call);
    }
  }

  /** `waiting`: everything that there is has been sent, and more may come. */
  async #sendUnder(lease: Lease): Promise<'waiting' | 'over'> {
    const { connection } = lease;
    this.#status = connection.status;
    this.#position =
      connection.cursor === undefined ? logStart : decodeCursor(connection.execution_id, connection.cursor);
    // It has received something already.
    if (connection.status !== undefined) this.#opening = 0;
    try {
      const outcome = await this.#sendAll(lease);
      if (outcome === 'waiting') await lease.release(this.#progress);
      else if (outcome !== 'lost') await this.#remove(outcome === 'closed');
      return outcome === 'waiting' ? 'waiting' : 'over';
    } catch (error) {
      await lease.release(this.#progress).catch(() => undefined);
      throw error;
    }
  }

  /** `closed`: its stream is over; `gone`: the viewer has left; `lost`: somebody else has the lease. */
  async #sendAll(lease: Lease): Promise<'waiting' | 'closed' | 'gone' | 'lost'> {
    const { now, logs } = this.#dependencies;
    const { execution, deadline, follow = true } = this.#task;
    if (!(await this.#tellStatus())) return 'gone';
    if (this.#connection.protocol === 2 && now() >= this.#connection.expires_at - reconnectLead)
      return this.#leave('platform-limit');
    for (;;) {
      const { cursor } = this.#position;
      const page = await logs.read(
        execution.execution_id,
        { ...(cursor !== undefined && { after: cursor }), maximumBytes: readBytes },
        this.#call,
      );
      const { pieces, end } = piecesOf(page, this.#position, this.#pieceBytes);
      for (const piece of pieces) {
        if (now() >= deadline) return this.#leave('platform-limit');
        if (!(await this.#sendPiece(piece))) return 'gone';
        this.#position = piece.end;
      }
      this.#position = end;
      if (page.chunks.length > 0 && !page.ended) {
        if (!(await lease.advance(this.#progress))) return 'lost';
        continue;
      }
      const isOver = isFinal(execution.status) && (page.ended || page.chunks.length === 0);
      if (isOver || !follow) return (await this.#end()) ? 'closed' : 'gone';
      return 'waiting';
    }
  }

  async #tellStatus(): Promise<boolean> {
    const { execution } = this.#task;
    // Protocol 1 has no word for it.
    if (this.#protocol === 1 || this.#status === execution.status) return true;
    if (!(await this.#push(statusFrame(execution, undefined, this.#dependencies.now())))) return false;
    this.#status = execution.status;
    return true;
  }

  async #sendPiece(piece: LogPiece): Promise<boolean> {
    const { skipLines = 0 } = this.#task;
    const messages = messagesOf(this.#connection.execution_id, piece, this.#protocol);
    const skipped = Math.max(0, skipLines - piece.start.lines);
    for (const message of messages.slice(skipped)) {
      const text = typeof message === 'string' ? message : Buffer.from(message).toString();
      if (!(await this.#push(text))) return false;
    }
    return true;
  }

  async #end(): Promise<boolean> {
    if (this.#protocol === 2) return this.#push(endFrame(this.#task.execution, this.#position.lines));
    await delay(pauseBeforeDisconnect);
    return this.#push(disconnectMessage);
  }

  /** Protocol 1 has no word for it: there the next notification goes on where this one stopped. */
  async #leave(reason: Parameters<typeof reconnectFrame>[0]): Promise<'closed' | 'gone' | 'waiting'> {
    if (this.#protocol === 1) return 'waiting';
    return (await this.#push(reconnectFrame(reason))) ? 'closed' : 'gone';
  }

  /** `false`: the socket is gone. */
  async #push(text: string): Promise<boolean> {
    const { sockets, now } = this.#dependencies;
    for (let pause = 20; ; pause = Math.min(200, pause * 2)) {
      if ((await sockets.push(this.#connection.connection_id, text, this.#call)) === 'sent') {
        this.#opening = 0;
        return true;
      }
      if (now() >= this.#opening) return false;
      await delay(pause);
    }
  }

  /** What came while we had the lease, whose bringer could not send it: lines, or a later status. */
  async #hasMore(): Promise<boolean> {
    const { store, logs, now } = this.#dependencies;
    const { execution, deadline } = this.#task;
    if (now() >= deadline) return false;
    const { cursor } = this.#position;
    const options = { ...(cursor !== undefined && { after: cursor }), maximumBytes: 1 };
    const [page, current] = await Promise.all([
      logs.read(execution.execution_id, options, this.#call),
      store.get('executions', execution.execution_id, this.#call),
    ]);
    const isLater = current !== undefined && current.status !== execution.status;
    if (isLater) this.#task = { ...this.#task, execution: current };
    return isLater || page.chunks.length > 0;
  }

  async #remove(close: boolean): Promise<void> {
    const { store, sockets } = this.#dependencies;
    const { connection_id: id } = this.#connection;
    await store.remove('connections', id, this.#call);
    // Clients of protocol 1 close by themselves, once they have read what came before.
    if (close && this.#protocol === 2) await sockets.close(id, this.#call);
  }

  get #protocol(): 1 | 2 {
    return this.#connection.protocol === 2 ? 2 : 1;
  }

  get #pieceBytes(): number {
    const { maximumBytes } = this.#dependencies.sockets;
    return this.#protocol === 2 ? maximumBytes - headerBytes : Math.floor((maximumBytes - eventBytes) / escapedLength);
  }

  get #progress(): Pick<ConnectionDocument, 'cursor' | 'status'> {
    const { execution_id: id } = this.#connection;
    return {
      cursor: encodeCursor(id, this.#position),
      ...(this.#status !== undefined && { status: this.#status }),
    };
  }
}
