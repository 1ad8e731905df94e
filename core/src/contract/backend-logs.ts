import type { CallOptions } from './plugin.ts';

export interface BackendLogEntry {
  /** Milliseconds since the epoch. */
  time: number;
  /** The entry as it was written: one JSON text. */
  text: string;
}

/** The log lines of runvoy's own services, for `trace`. */
export interface BackendLogs {
  /** Every entry whose root field `request_id` is this id, oldest first. */
  find(requestId: string, call?: CallOptions): Promise<BackendLogEntry[]>;
  /** Keeps a line (JSON, no newline). Only where no platform captures the standard error of a service. Never throws. */
  write?(line: string): void;
}
