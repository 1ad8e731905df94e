/** Settles as `call` does, or rejects with what `late` makes once the time is up. What comes of `call` then is nobody's. */
export async function within<T>(milliseconds: number, call: Promise<T>, late: () => Error): Promise<T> {
  call.catch(() => undefined);
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), milliseconds);
  try {
    return await Promise.race([call, promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs at most `parallel` at once, in the order of the calls. */
export function createPool(parallel: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = parallel;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
