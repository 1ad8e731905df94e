import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SupervisorClient } from '../supervisor/client.ts';

/** How soon lines are noticed that no notice tells of: those that another process appended. */
const pollMs = 250;

/**
 * Tells when there may be more to read: at once for what the supervisor and this process write, and for other writers by
 * looking, once for all watchers, whether the database has changed at all.
 */
export class LogChanges {
  readonly #supervisor: SupervisorClient;
  readonly #version: StatementSync;
  readonly #listeners = new Map<string, Set<() => void>>();
  #poll: NodeJS.Timeout | undefined;
  #seen: unknown;

  constructor(database: DatabaseSync, supervisor: SupervisorClient) {
    this.#supervisor = supervisor;
    this.#version = database.prepare('PRAGMA data_version');
  }

  subscribe(executionId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(executionId) ?? new Set();
    this.#listeners.set(executionId, listeners.add(listener));
    const unsubscribe = this.#supervisor.onLog(executionId, listener);
    this.#seen ??= this.#dataVersion();
    this.#poll ??= setInterval(() => this.#look(), pollMs);
    return () => {
      unsubscribe();
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(executionId) === listeners) this.#listeners.delete(executionId);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Stops looking. */
  close(): void {
    clearInterval(this.#poll);
    this.#poll = undefined;
    this.#seen = undefined;
  }

  /** This process has written. */
  announce(executionId: string): void {
    for (const listener of [...(this.#listeners.get(executionId) ?? [])]) listener();
  }

  #look(): void {
    const version = this.#dataVersion();
    if (version === this.#seen) return;
    this.#seen = version;
    for (const executionId of [...this.#listeners.keys()]) this.announce(executionId);
  }

  #dataVersion(): unknown {
    return this.#version.get()?.data_version;
  }
}
