import { setTimeout as pause } from 'node:timers/promises';
import { RunvoyError } from '@runvoy/core/provider';

const first = 200;
const longest = 5_000;
const patience = 60 * 60 * 1000;

/** Asks again and again, ever less often, until there is an answer; rejects after an hour. */
export async function follow<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const ends = performance.now() + patience;
  for (let wait = first; performance.now() < ends; wait = Math.min(wait * 1.5, longest)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(wait);
  }
  throw new RunvoyError('SERVICE_UNAVAILABLE', `${what} was not over after an hour`, {
    remedy: 'It goes on in the cloud. The same command follows it again.',
  });
}
