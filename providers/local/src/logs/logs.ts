import type { DatabaseSync } from 'node:sqlite';
import type { CallOptions, LogLine, LogPage, Logs } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import { appendLines } from './append.ts';
import type { LogChanges } from './log-changes.ts';
import { LogReader } from './log-reader.ts';

export class LocalLogs implements Logs {
  readonly #database: DatabaseSync;
  readonly #lifecycle: Lifecycle;
  readonly #changes: LogChanges;
  readonly #reader: LogReader;

  constructor(database: DatabaseSync, lifecycle: Lifecycle, changes: LogChanges) {
    this.#database = database;
    this.#lifecycle = lifecycle;
    this.#changes = changes;
    this.#reader = new LogReader(database);
  }

  async append(
    executionId: string,
    lines: readonly LogLine[],
    options?: { end?: boolean },
    call?: CallOptions,
  ): Promise<void> {
    this.#lifecycle.enter(call);
    if (appendLines(this.#database, executionId, lines, options?.end ?? false)) this.#changes.announce(executionId);
  }

  async read(
    executionId: string,
    options?: { after?: string; maximumBytes?: number },
    call?: CallOptions,
  ): Promise<LogPage> {
    this.#lifecycle.enter(call);
    return this.#reader.read(executionId, options?.after, options?.maximumBytes);
  }

  async ended(executionId: string, call?: CallOptions): Promise<boolean> {
    this.#lifecycle.enter(call);
    return this.#reader.isEnded(executionId);
  }

  async *watch(executionId: string, options?: { after?: string }, call?: CallOptions): AsyncGenerator<LogPage> {
    this.#lifecycle.enter(call);
    const { signal } = call ?? {};
    let changed = Promise.withResolvers<void>();
    const wake = () => changed.resolve();
    const unsubscribe = this.#changes.subscribe(executionId, wake);
    signal?.addEventListener('abort', wake, { once: true });
    this.#lifecycle.closed.addEventListener('abort', wake, { once: true });
    try {
      let after = options?.after;
      for (;;) {
        if (signal?.aborted) return;
        this.#lifecycle.enter();
        // Renewed before reading, so that what is written while we read wakes us again.
        changed = Promise.withResolvers<void>();
        const page = this.#reader.read(executionId, after);
        after = page.cursor;
        if (page.chunks.length > 0 || page.ended) yield page;
        if (page.ended) return;
        if (page.chunks.length === 0) await changed.promise;
      }
    } finally {
      unsubscribe();
      signal?.removeEventListener('abort', wake);
      this.#lifecycle.closed.removeEventListener('abort', wake);
    }
  }
}
