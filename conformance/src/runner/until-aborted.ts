/** Settles as `call` does, or rejects with the signal's reason once it aborts. */
export async function untilAborted<T>(signal: AbortSignal, call: Promise<T>): Promise<T> {
  call.catch(() => undefined);
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([call, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
