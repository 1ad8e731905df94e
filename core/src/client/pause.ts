/** Milliseconds. */
const firstPause = 100;
const longestPause = 10_000;

/** Doubles up to the longest, with half of it left to chance, so that the viewers of a lost server do not come back at once. */
export function pauseBefore(attempt: number): number {
  const longest = Math.min(longestPause, firstPause * 2 ** (attempt - 1));
  return longest * (0.5 + Math.random() / 2);
}

/** Resolves after a time, or as soon as the signal aborts. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener('abort', done);
    if (signal?.aborted) done();
  });
}
