const pending = new Set<() => void>();

/** Runs this when the process ends, should it not be told off before. Synchronous; what it throws is ignored. */
export function atExit(run: () => void): () => void {
  if (pending.size === 0) process.once('exit', runAll);
  pending.add(run);
  return () => {
    pending.delete(run);
    if (pending.size === 0) process.off('exit', runAll);
  };
}

function runAll(): void {
  for (const run of pending) {
    try {
      run();
    } catch {
      // The next one has its turn all the same.
    }
  }
}
