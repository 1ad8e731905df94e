import type { EndReason, TaskState } from '@runvoy/core/provider';

/** A row of `tasks`, as SQLite gives it. */
export interface TaskRow {
  execution: string;
  phase: 'pending' | 'running' | 'ended' | 'refused';
  detail: string | null;
  container: number;
  pid: number | null;
  started_at: number | null;
  ended_at: number | null;
  reason: EndReason | null;
  exit_code: number | null;
  signal: number | null;
}

export const isLive = (row: TaskRow | undefined): boolean => row?.phase === 'pending' || row?.phase === 'running';

export function taskState(row: TaskRow | undefined): TaskState {
  const detail = row?.detail == null ? {} : { detail: row.detail };
  switch (row?.phase) {
    case 'pending':
      return { phase: 'pending', ...detail };
    case 'running':
      return { phase: 'running', startedAt: row.started_at! };
    case 'ended':
      return {
        phase: 'ended',
        reason: row.reason!,
        endedAt: row.ended_at!,
        ...detail,
        ...(row.started_at == null ? {} : { startedAt: row.started_at }),
        ...(row.exit_code == null ? {} : { exitCode: row.exit_code }),
        ...(row.signal == null ? {} : { signal: row.signal }),
      };
    default:
      return { phase: 'absent' };
  }
}
