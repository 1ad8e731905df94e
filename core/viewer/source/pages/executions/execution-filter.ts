import type { ExecutionListQuery } from '../../../../src/api/index.ts';

export const statuses = ['STARTING', 'RUNNING', 'TERMINATING', 'SUCCEEDED', 'FAILED', 'STOPPED'] as const;

export const periods = { '1h': 'Last hour', '24h': 'Last 24 hours', '7d': 'Last 7 days', '30d': 'Last 30 days' };

/** What the page's address says: `status`, `user`, `image`, and `period` or `since` and `until`. */
export interface ExecutionFilter {
  statuses: readonly string[];
  user: string;
  image: string;
  period: string;
  /** In the form of `<input type="datetime-local">`: local time. */
  since: string;
  until: string;
}

export function filterOf(query: URLSearchParams): ExecutionFilter {
  const text = (name: string) => query.get(name) ?? '';
  return {
    statuses: text('status').split(',').filter(Boolean),
    user: text('user'),
    image: text('image'),
    period: text('period'),
    since: text('since'),
    until: text('until'),
  };
}

export function isFiltered({ statuses: chosen, user, image, period }: ExecutionFilter): boolean {
  return chosen.length > 0 || user !== '' || image !== '' || period !== '';
}

const periodMilliseconds: Record<string, number> = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
};

export function queryOfFilter(filter: ExecutionFilter, now: number): ExecutionListQuery {
  const { statuses: chosen, user, image, period } = filter;
  const length = periodMilliseconds[period];
  const since = length === undefined ? timeOf(filter.since) : new Date(now - length).toISOString();
  const until = length === undefined ? timeOf(filter.until) : undefined;
  return {
    ...(chosen.length > 0 && { status: chosen.join(',') }),
    ...(user !== '' && { created_by: user }),
    ...(image !== '' && { image }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

function timeOf(local: string): string | undefined {
  const date = new Date(local);
  return local === '' || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
