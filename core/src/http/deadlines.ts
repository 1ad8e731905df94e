/** One deadline for every piece of work of a kind, without a timer each. */
export interface Deadlines {
  /** Settles like `work`, or calls `expire` and rejects with what it returns once the time is over. */
  limit<T>(work: Promise<T>, expire: () => Error): Promise<T>;
}

interface Pending {
  endsAt: number;
  expire(): void;
}

/**
 * All deadlines are equally long, so that those set first end first: one timer looks at the oldest now and then. A timer a
 * request would cost as much as routing it.
 */
export function createDeadlines(milliseconds: number): Deadlines {
  const pending = new Set<Pending>();
  const interval = Math.min(1000, milliseconds / 10);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const sweep = (): void => {
    timer = undefined;
    const now = performance.now();
    for (const entry of pending) {
      if (entry.endsAt > now) break;
      pending.delete(entry);
      entry.expire();
    }
    if (pending.size > 0) schedule();
  };
  const schedule = (): void => {
    timer = setTimeout(sweep, interval);
    // What waits for an answer keeps the process alive, not the watch over it.
    (timer as { unref?(): void }).unref?.();
  };

  return {
    limit: (work, expire) =>
      new Promise((resolve, reject) => {
        const entry: Pending = {
          endsAt: performance.now() + milliseconds,
          expire: () => reject(expire()),
        };
        pending.add(entry);
        if (timer === undefined) schedule();
        work.then(
          (value) => {
            pending.delete(entry);
            resolve(value);
          },
          (error: unknown) => {
            pending.delete(entry);
            reject(error);
          },
        );
      }),
  };
}
