import { appendFileSync, createReadStream, renameSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { BackendLogEntry, BackendLogs, CallOptions } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';

const largestFileBytes = 16 * 1024 * 1024;

/** runvoy's own log, in a file and the one before it. */
export class LocalBackendLogs implements BackendLogs {
  readonly #path: string;
  readonly #lifecycle: Lifecycle;
  #queue: string[] = [];
  #scheduled = false;

  constructor(path: string, lifecycle: Lifecycle) {
    this.#path = path;
    this.#lifecycle = lifecycle;
  }

  /** Written with all others of this turn of the event loop. */
  write(line: string): void {
    this.#queue.push(line);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.flush());
  }

  flush(): void {
    this.#scheduled = false;
    if (this.#queue.length === 0) return;
    const text = `${this.#queue.join('\n')}\n`;
    this.#queue = [];
    try {
      const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
      if (size > largestFileBytes) renameSync(this.#path, this.#previous);
      appendFileSync(this.#path, text, { mode: 0o600 });
    } catch {
      // A full disk must not take the service down with its log.
    }
  }

  async find(requestId: string, call?: CallOptions): Promise<BackendLogEntry[]> {
    this.#lifecycle.enter(call);
    this.flush();
    const found: BackendLogEntry[] = [];
    for (const path of [this.#previous, this.#path]) {
      if (!statSync(path, { throwIfNoEntry: false })) continue;
      for await (const line of createInterface({
        input: createReadStream(path),
        crlfDelay: Number.POSITIVE_INFINITY,
      })) {
        this.#lifecycle.enter(call);
        const time = line.includes(requestId) ? timeIfOf(line, requestId) : undefined;
        if (time !== undefined) found.push({ time, text: line });
      }
    }
    return found.sort((a, b) => a.time - b.time);
  }

  get #previous(): string {
    return `${this.#path}.1`;
  }
}

/** The time of an entry, if it is one of this request. */
function timeIfOf(line: string, requestId: string): number | undefined {
  try {
    const entry = JSON.parse(line) as { request_id?: unknown; time?: unknown };
    if (entry.request_id !== requestId) return undefined;
    const time = typeof entry.time === 'string' ? Date.parse(entry.time) : Number(entry.time);
    return Number.isFinite(time) ? time : 0;
  } catch {
    // A line that was cut when the power failed.
    return undefined;
  }
}
