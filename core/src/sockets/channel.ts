import type { ExecutionDocument } from '../contract/collections.ts';
import type { Logs } from '../contract/logs.ts';
import type { Logger } from '../contract/plugin.ts';
import { isFinal } from '../executions/is-final.ts';
import { LogFollower } from '../logs/log-follower.ts';
import { comparePositions, type LogPosition } from '../logs/log-position.ts';
import { createRequestId } from '../request-id.ts';
import type { Executions, Principal } from '../services.ts';
import type { Viewer } from './viewer.ts';

export interface ChannelOptions {
  execution: ExecutionDocument;
  executions: Executions;
  /** The first viewer: the record is read on his behalf. */
  principal: Principal;
  logs: Logs;
  log: Logger;
  /** Where the first viewer begins. */
  start: LogPosition;
  pieceBytes: number;
  windowBytes: number;
  now(): number;
}

/**
 * How often the record is read while someone watches, for changes that another process made: often while there is something
 * to learn, rarely while a command just runs.
 */
const pollMilliseconds = { starting: 2_000, running: 20_000, logEnded: 1_000 };

/** What the viewers of one execution share: its record and its log. */
export class Channel {
  readonly executionId: string;
  readonly follower: LogFollower;
  readonly viewers = new Set<Viewer>();
  execution: ExecutionDocument;
  /** What a start waits for. */
  detail: string | undefined;
  readonly #options: ChannelOptions;
  readonly #stopListening: () => void;
  #polledAt: number;
  #polling = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.execution = options.execution;
    this.#polledAt = options.now();
    this.executionId = options.execution.execution_id;
    this.follower = new LogFollower({
      ...options,
      executionId: this.executionId,
      onChange: () => {
        for (const viewer of this.viewers) viewer.wake();
      },
    });
    this.#stopListening = options.executions.onChange(this.executionId, (execution) => this.update(execution));
    if (isFinal(this.execution.status)) this.follower.finish();
  }

  /** A record at least as new as the one that is known. */
  update(execution: ExecutionDocument, detail?: string): void {
    if (isFinal(this.execution.status)) return;
    const changed = execution.status !== this.execution.status || detail !== this.detail;
    this.execution = execution;
    this.detail = detail;
    if (isFinal(execution.status)) this.follower.finish();
    if (changed) for (const viewer of this.viewers) viewer.statusChanged();
  }

  failed(viewer: Viewer, error: unknown): void {
    const { log } = this.#options;
    if (!this.viewers.has(viewer)) return;
    log.warn({ execution_id: this.executionId, error }, 'a viewer could not be served; it will reconnect');
    viewer.leave('overloaded');
  }

  /** Called about once a second. */
  tick(now: number): void {
    let last = this.follower.head;
    for (const { position } of this.viewers) if (comparePositions(position, last) < 0) last = position;
    this.follower.trim(last);
    if (isFinal(this.execution.status) || this.#polling || now - this.#polledAt < this.#pollInterval()) return;
    this.#polledAt = now;
    this.#polling = true;
    this.#poll().finally(() => {
      this.#polling = false;
    });
  }

  close(): void {
    this.#stopListening();
    this.follower.stop();
  }

  #pollInterval(): number {
    if (this.follower.ended) return pollMilliseconds.logEnded;
    return this.execution.status === 'STARTING' ? pollMilliseconds.starting : pollMilliseconds.running;
  }

  async #poll(): Promise<void> {
    const { executions, log, principal } = this.#options;
    const requestId = createRequestId();
    try {
      const { execution, detail } = await executions.status(this.executionId, { requestId, principal });
      this.update(execution, detail);
    } catch (error) {
      log.warn(
        { request_id: requestId, execution_id: this.executionId, error },
        'the record of a followed execution cannot be read',
      );
    }
  }
}
