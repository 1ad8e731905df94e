import type { LogLine } from './logs.ts';
import type { Connection } from './sockets.ts';

/**
 * What a cloud notification means. Events are hints: core re-reads the truth with `tasks.inspect` and folds it into the
 * record, so an event that is late, repeated, out of order or missing changes nothing about the final record.
 */
export type ProviderEvent =
  | { type: 'task-changed'; task: { executionId: string } | { ref: string } }
  | { type: 'log-lines'; executionId: string; lines: LogLine[] }
  | {
      type: 'socket-opened';
      connection: Connection;
      query: Record<string, string>;
      clientAddress?: string;
    }
  | { type: 'socket-closed'; connection: Connection }
  | { type: 'reconcile' };
