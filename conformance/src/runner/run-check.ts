import type { ProviderPlugin } from '@runvoy/core/provider';
import type { Check } from '../check.ts';
import type { Harness } from '../harness.ts';
import type { World } from '../world.ts';
import { createWorld } from './create-world.ts';
import { TimeLimitError } from './describe-failure.ts';
import { within } from './limit.ts';
import { untilAborted } from './until-aborted.ts';
import { createWaits } from './waits.ts';

export interface Trial {
  harness: Harness;
  plugin: ProviderPlugin;
  worldId: string;
  seed: string;
  upSeconds: number;
  downSeconds: number;
  /** Ends it early: the world is taken down all the same. */
  signal: AbortSignal;
}

export interface TrialEnd {
  /** What it rejected with; absent when it holds. */
  error?: unknown;
  milliseconds: number;
  /** What could not be taken down. */
  lost: string[];
}

/** Runs a check, or anything else, in a world of its own, and takes the world down whatever happens. Never rejects. */
export async function inWorld(
  trial: Trial,
  limitSeconds: number,
  run: (world: World) => Promise<void>,
): Promise<TrialEnd> {
  const { signal, worldId: id } = trial;
  const over = new AbortController();
  const ended = AbortSignal.any([over.signal, signal]);
  const waits = createWaits(ended);
  const scope = createWorld({ ...trial, id, waits, signal: ended });
  const start = performance.now();
  let failure: { error: unknown } | undefined;
  try {
    const world = await untilAborted(signal, scope.start());
    const late = () => new TimeLimitError(limitSeconds, waits.describe());
    await untilAborted(signal, within(limitSeconds * 1000, run(world), late));
  } catch (error) {
    failure = { error };
  }
  over.abort(new Error('the check is over'));
  const milliseconds = Math.round(performance.now() - start);
  return { ...failure, milliseconds, lost: await scope.close() };
}

const defaultLimitSeconds = 20;

export function runCheck(check: Check, trial: Trial, longest: number): Promise<TrialEnd> {
  const lag = Object.values(trial.harness.lag ?? {}).reduce((sum, milliseconds) => sum + milliseconds, 0) / 1000;
  const seconds = Math.min(longest, (check.limitSeconds ?? defaultLimitSeconds) + lag);
  return inWorld(trial, seconds, (world) => check.run(world));
}
