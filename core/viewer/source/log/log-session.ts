import { signal } from '@preact/signals';
import type { Execution, ExecutionStatusResponse } from '../../../src/api/index.ts';
import type { Client } from '../../../src/client/types.ts';
import type { EndFrame, StatusFrame } from '../../../src/sockets/protocol.ts';
import { LogStore } from './log-store.ts';
import { nextTask } from './next-task.ts';
import { throttle } from './throttle.ts';

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'ended' | 'failed';

const sliceMilliseconds = 10;
const countMilliseconds = 100;

/** One execution as its log page shows it: the log as it comes, and what is known besides. */
export class LogSession {
  readonly store: LogStore;
  readonly connection = signal<Connection>('connecting');
  readonly failure = signal<unknown>(undefined);
  /** From the stream: status, and what a start waits for; `acceptedAt` is the run's beginning by the clock of this browser. */
  readonly phase = signal<(StatusFrame & { acceptedAt: number }) | undefined>(undefined);
  readonly end = signal<EndFrame | undefined>(undefined);
  readonly status = signal<ExecutionStatusResponse | undefined>(undefined);
  /** The whole record, for those who may list executions. */
  readonly record = signal<Execution | undefined>(undefined);
  readonly rows = signal(0);
  readonly #client: Client;
  readonly #executionId: string;
  readonly #stopped = new AbortController();

  constructor(client: Client, executionId: string) {
    this.#client = client;
    this.#executionId = executionId;
    this.store = new LogStore(executionId, (id, options) => client.follow(id, options));
    const count = throttle(() => {
      this.rows.value = this.store.rows;
    }, countMilliseconds);
    const unsubscribe = this.store.onChange(count);
    this.#stopped.signal.addEventListener('abort', () => {
      unsubscribe();
      count.cancel();
    });
  }

  start(): void {
    void this.#describe();
    void this.#follow();
  }

  /** Goes on where it was given up. */
  retry(): void {
    this.failure.value = undefined;
    this.connection.value = 'connecting';
    this.start();
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopped;
    const after = this.store.cursor;
    let sliceEnd = performance.now() + sliceMilliseconds;
    try {
      for await (const event of this.#client.follow(this.#executionId, {
        signal,
        ...(after !== undefined && { after }),
      })) {
        switch (event.type) {
          case 'log':
            this.store.add(event);
            break;
          case 'status':
            this.phase.value = { ...event, acceptedAt: Date.now() - event.elapsed_ms };
            break;
          case 'end':
            this.end.value = event;
            break;
        }
        this.connection.value =
          event.type === 'reconnecting' ? 'reconnecting' : event.type === 'end' ? 'ended' : 'live';
        if (event.type === 'log' && performance.now() > sliceEnd) {
          await nextTask();
          sliceEnd = performance.now() + sliceMilliseconds;
        }
      }
      await this.#describe();
    } catch (error) {
      if (signal.aborted) return;
      this.failure.value = error;
      this.connection.value = 'failed';
    }
  }

  /** What the stream does not tell. Without it there is still the log. */
  async #describe(): Promise<void> {
    try {
      const status = await this.#client.executionStatus(this.#executionId);
      if (this.#stopped.signal.aborted) return;
      this.status.value = status;
      const { executions } = await this.#client.listExecutions({
        since: status.started_at,
        until: status.started_at,
        limit: 0,
      });
      if (this.#stopped.signal.aborted) return;
      this.record.value = executions.find(({ execution_id }) => execution_id === this.#executionId);
    } catch {
      // The stream fails in the same way, and that is shown.
    }
  }
}
