import { setTimeout as pause } from 'node:timers/promises';

const tryMilliseconds = 1000;
const pauseMilliseconds = 50;

/** Whether there is a server that speaks HTTP. An emulator of Google answers `GET /` with 200, one of DynamoDB with 400. */
export async function answers(host: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}/`, { signal: AbortSignal.timeout(tryMilliseconds) });
    await response.arrayBuffer();
    return response.status === 200 || response.status === 400;
  } catch {
    return false;
  }
}

/** Waits until a server answers; `false` when `over` aborts before. */
export async function untilReady(host: string, over: AbortSignal): Promise<boolean> {
  while (!over.aborted) {
    if (await answers(host)) return true;
    await pause(pauseMilliseconds, undefined, { signal: over }).catch(() => undefined);
  }
  return false;
}
