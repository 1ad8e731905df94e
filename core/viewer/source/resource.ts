import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Resource<T> {
  /** What came last; a later failure does not take it away. */
  data: T | undefined;
  error: unknown;
  loading: boolean;
  reload(): Promise<void>;
  /** Shows something as if it had come from the server. */
  replace(data: T): void;
}

/** Loads when `dependencies` change, and again every `pollMilliseconds` as long as the page is visible. */
export function useResource<T>(
  load: () => Promise<T>,
  dependencies: readonly unknown[],
  pollMilliseconds?: number,
): Resource<T> {
  const [state, setState] = useState<{ data: T | undefined; error: unknown; loading: boolean }>({
    data: undefined,
    error: undefined,
    loading: true,
  });
  const turn = useRef(0);

  const reload = useCallback(async () => {
    const mine = ++turn.current;
    setState((before) => ({ ...before, loading: true }));
    try {
      const data = await load();
      if (turn.current === mine) setState({ data, error: undefined, loading: false });
    } catch (error) {
      if (turn.current === mine) setState((before) => ({ ...before, error, loading: false }));
    }
  }, dependencies);

  useEffect(() => {
    void reload();
    return () => {
      turn.current++;
    };
  }, [reload]);

  useEffect(() => {
    if (pollMilliseconds === undefined) return;
    const poll = () => {
      if (document.visibilityState === 'visible') void reload();
    };
    const timer = setInterval(poll, pollMilliseconds);
    document.addEventListener('visibilitychange', poll);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', poll);
    };
  }, [reload, pollMilliseconds]);

  const replace = useCallback((data: T) => {
    turn.current++;
    setState({ data, error: undefined, loading: false });
  }, []);
  return { ...state, reload, replace };
}

export interface Action<Arguments extends unknown[]> {
  run(...given: Arguments): Promise<void>;
  busy: boolean;
  error: unknown;
  clear(): void;
}

/** Something that a person asks for: one at a time, and its failure is kept to be shown beside where it was asked for. */
export function useAction<Arguments extends unknown[]>(
  perform: (...given: Arguments) => Promise<unknown>,
): Action<Arguments> {
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: undefined });
  const busy = useRef(false);
  return {
    ...state,
    clear: () => setState({ busy: busy.current, error: undefined }),
    async run(...given) {
      if (busy.current) return;
      busy.current = true;
      setState({ busy: true, error: undefined });
      try {
        await perform(...given);
        busy.current = false;
        setState({ busy: false, error: undefined });
      } catch (error) {
        busy.current = false;
        setState({ busy: false, error });
      }
    },
  };
}

/** The time now, again every second for as long as `running`. */
export function useNow(running: boolean, milliseconds = 1000): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), milliseconds);
    return () => clearInterval(timer);
  }, [running, milliseconds]);
  return now;
}
