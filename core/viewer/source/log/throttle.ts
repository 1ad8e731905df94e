/** Calls back at most once in a while: the first time at once, the last time never lost. Frames for nobody cost as much as others. */
export function throttle(callback: () => void, milliseconds: number): { (): void; cancel(): void } {
  let last = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const call = () => {
    timer = undefined;
    last = performance.now();
    callback();
  };
  const throttled = () => {
    if (timer !== undefined) return;
    const wait = last + milliseconds - performance.now();
    if (wait <= 0) call();
    else timer = setTimeout(call, wait);
  };
  return Object.assign(throttled, { cancel: () => clearTimeout(timer) });
}
