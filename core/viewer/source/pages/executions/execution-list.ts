import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Execution } from '../../../../src/api/index.ts';
import { isFinal } from '../../../../src/executions/is-final.ts';
import { client } from '../../session.ts';
import { type ExecutionFilter, queryOfFilter } from './execution-filter.ts';

const pageSize = 50;
/** A record costs its server something. When all have ended, only new ones are looked for. */
const polls = { active: { pause: 3000, limit: pageSize }, quiet: { pause: 5000, limit: 10 } };

export interface ExecutionList {
  executions: readonly Execution[] | undefined;
  /** There are older ones. */
  more: boolean;
  error: unknown;
  loading: boolean;
  loadMore(): Promise<void>;
  refresh(): Promise<void>;
}

interface State {
  executions: readonly Execution[] | undefined;
  cursor: string | undefined;
  error: unknown;
  loading: boolean;
}

/** The newest page is asked for again and again, more often when something in it still goes on; older pages on request. */
export function useExecutionList(filter: ExecutionFilter): ExecutionList {
  const api = client.value;
  const key = JSON.stringify(filter);
  const [state, setState] = useState<State>({
    executions: undefined,
    cursor: undefined,
    error: undefined,
    loading: true,
  });
  const latest = useRef(state);
  latest.current = state;
  const turn = useRef(0);

  const load = useCallback(
    async (cursor?: string, limit = pageSize) => {
      const mine = turn.current;
      setState((before) => ({ ...before, loading: true }));
      try {
        const query = {
          ...queryOfFilter(filter, Date.now()),
          limit,
          ...(cursor !== undefined && { cursor }),
        };
        const page = await api.listExecutions(query);
        if (turn.current !== mine) return;
        setState((before) => ({ ...merged(before, page, cursor !== undefined), error: undefined, loading: false }));
      } catch (error) {
        if (turn.current === mine) setState((before) => ({ ...before, error, loading: false }));
      }
    },
    [api, key],
  );

  useEffect(() => {
    turn.current++;
    setState((before) => ({ ...before, executions: undefined, cursor: undefined, error: undefined }));
    let timer: ReturnType<typeof setTimeout>;
    let over = false;
    const poll = async (limit?: number) => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') await load(undefined, limit);
      if (over) return;
      const active = latest.current.executions?.slice(0, pageSize).some(({ status }) => !isFinal(status));
      const next = polls[active ? 'active' : 'quiet'];
      timer = setTimeout(() => void poll(next.limit), next.pause);
    };
    const wake = () => {
      if (document.visibilityState === 'visible') void poll();
    };
    document.addEventListener('visibilitychange', wake);
    void poll();
    return () => {
      over = true;
      turn.current++;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
    };
  }, [load]);

  return {
    ...state,
    more: state.cursor !== undefined,
    loadMore: () => load(state.cursor),
    refresh: () => load(),
  };
}

/** Older pages are put at the end; the newest one replaces its part of what is there. */
function merged(
  before: State,
  page: { executions: Execution[]; cursor?: string },
  older: boolean,
): Pick<State, 'executions' | 'cursor'> {
  const shown = before.executions ?? [];
  if (older) {
    const known = new Set(shown.map(({ execution_id }) => execution_id));
    const added = page.executions.filter(({ execution_id }) => !known.has(execution_id));
    return { executions: [...shown, ...added], cursor: page.cursor };
  }
  const last = page.executions.at(-1);
  const fresh = new Set(page.executions.map(({ execution_id }) => execution_id));
  // What lies behind the newest page stays; what was in its place and is no longer there does not.
  const rest =
    page.cursor === undefined || !last
      ? []
      : shown.filter(({ execution_id, started_at }) => !fresh.has(execution_id) && started_at <= last.started_at);
  return {
    executions: [...page.executions, ...rest],
    cursor: rest.length > 0 ? before.cursor : page.cursor,
  };
}
