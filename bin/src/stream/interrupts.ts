export interface Interrupts {
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly first: AbortSignal;
  /** Aborts at the second SIGINT. */
  readonly second: AbortSignal;
  /** SIGTERM is a demand to be quick: nobody is there who could press Ctrl-C again. */
  terminated(): boolean;
  dispose(): void;
}

/** Takes Ctrl-C and SIGTERM over until disposed of. The third Ctrl-C works as if nobody had. */
export function watchInterrupts(): Interrupts {
  const first = new AbortController();
  const second = new AbortController();
  let terminated = false;
  const onInterrupt = () => {
    if (!first.signal.aborted) first.abort();
    else {
      second.abort();
      process.off('SIGINT', onInterrupt);
    }
  };
  const onTerminate = () => {
    terminated = true;
    first.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.once('SIGTERM', onTerminate);
  return {
    first: first.signal,
    second: second.signal,
    terminated: () => terminated,
    dispose() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
