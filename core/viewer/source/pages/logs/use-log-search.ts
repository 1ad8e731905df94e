import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useKeys } from '../../keyboard.ts';
import type { LogList } from '../../log/log-list.ts';
import { compileSearch, LogSearch, type SearchOptions } from '../../log/log-search.ts';
import type { LogSession } from '../../log/log-session.ts';

export interface LogSearchState {
  options: Signal<SearchOptions>;
  /** Absent: nothing is searched for. */
  result: Signal<SearchResult | undefined>;
  /** Why the expression is none. */
  problem: Signal<string | undefined>;
  step(by: 1 | -1): void;
}

export interface SearchResult {
  /** Matching lines, and matches in them. */
  lines: number;
  matches: number;
  /** Index of the line that the user is at; -1: at none. */
  at: number;
  complete: boolean;
}

const typingMilliseconds = 150;

/** The line that `:120` names. */
export function lineOf(text: string): number | undefined {
  const digits = /^:(\d{1,9})$/.exec(text.trim())?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function useLogSearch(session: LogSession, list: { current: LogList | undefined }): LogSearchState {
  const options = useSignal<SearchOptions>({ text: '', matchCase: false, regularExpression: false });
  const result = useSignal<SearchResult | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const search = useRef<LogSearch | undefined>(undefined);
  const at = useRef(-1);

  const publish = () => {
    const { current } = search;
    if (!current) return;
    result.value = { lines: current.rows.length, matches: current.matches, at: at.current, complete: current.complete };
  };
  const goTo = (index: number) => {
    at.current = index;
    const row = search.current?.rows[index];
    list.current?.setCurrent(row);
    if (row !== undefined) {
      list.current?.leaveEnd();
      list.current?.show(row);
    }
    publish();
  };

  useEffect(() => {
    const { text } = options.value;
    const timer = setTimeout(() => {
      const pattern = text === '' || lineOf(text) !== undefined ? undefined : compileSearch(options.value);
      at.current = -1;
      problem.value = typeof pattern === 'string' ? pattern : undefined;
      result.value = undefined;
      list.current?.setCurrent(undefined);
      if (pattern === undefined || typeof pattern === 'string') {
        list.current?.setLook({ search: undefined });
        return;
      }
      list.current?.setLook({ search: pattern });
      const from = list.current?.topRow ?? 0;
      search.current = new LogSearch(session.store, new RegExp(pattern), {
        onProgress: () => {
          // The first match from what is in view on, as soon as it is known.
          const { current } = search;
          if (at.current === -1 && current && current.rows.length > 0) {
            const last = current.rows.at(-1)!;
            if (last >= from || current.complete) goTo(current.indexFrom(from));
          }
          publish();
        },
        onFailure: (error) => {
          problem.value = (error as Error).message;
        },
      });
      publish();
    }, typingMilliseconds);
    return () => {
      clearTimeout(timer);
      search.current?.stop();
      search.current = undefined;
    };
  }, [session, options.value]);

  const step = (by: 1 | -1) => {
    const count = search.current?.rows.length ?? 0;
    if (count === 0) return;
    goTo(at.current === -1 ? 0 : (at.current + by + count) % count);
  };
  useKeys({ n: () => step(1), N: () => step(-1) });
  return { options, result, problem, step };
}
