import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { ProviderPlugin } from '@runvoy/core/provider';
import type { Check } from '../check.ts';
import { checks as everyCheck } from '../checks/index.ts';
import type { Harness } from '../harness.ts';
import { whyAbsent } from '../needs.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';
import { DeploymentError } from './create-world.ts';
import { describeFailure } from './describe-failure.ts';
import { createPool } from './limit.ts';
import { cannotRun, loadPlugin } from './load-plugin.ts';
import { inWorld, runCheck, type Trial, type TrialEnd } from './run-check.ts';
import { type Selection, selectChecks } from './select-checks.ts';
import { untilAborted } from './until-aborted.ts';
import { validateHarness } from './validate-harness.ts';

export interface SessionOptions extends Selection {
  /** Repeats the random choices of an earlier run. */
  seed?: string;
  /** No check takes longer than this, whatever it declares. */
  limitSeconds?: number;
  /** Instead of those of this package. */
  checks?: readonly Check[];
}

/** What is tried: the plugin, and a first world of it, which is closed already; for what is there and what is not. */
export interface Subject extends Pick<World, 'provider' | 'deployment'> {
  plugin: ProviderPlugin;
}

export interface Session {
  /** Those that were asked for. */
  readonly checks: readonly Check[];
  readonly seed: string;
  /**
   * Opens a first world, once. Rejects with CONFIGURATION_INVALID when the run cannot be done: the plugin is none, the
   * deployment does not come up, the provider does not open.
   */
  subject(): Promise<Subject>;
  /** Runs one, as soon as fewer than `harness.parallel` are under way. Rejects as `subject` does, and after `close`. */
  run(check: Check): Promise<Result>;
  /** What went wrong outside of every check: deployments that did not come up, or could not be taken down. */
  readonly problems: readonly string[];
  /** Once a deployment did not come up: what the results say is not the whole truth. */
  readonly incomplete: boolean;
  /** Ends what is under way, and takes every world down. */
  close(): Promise<void>;
}

/** Rejects with CONFIGURATION_INVALID: the harness is wrong, or `only` or `skip` name what does not exist. */
export function openSession(harness: Harness, options: SessionOptions = {}): Session {
  const { checks: available = everyCheck, limitSeconds = Number.POSITIVE_INFINITY } = options;
  const { deviations = {}, parallel, worldSeconds = 60 } = validateHarness(harness, available);
  const checks = selectChecks(available, options);
  const seed = options.seed ?? randomBytes(4).toString('hex');
  const runId = randomBytes(3).toString('hex');
  const inPool = createPool(parallel ?? 2 * availableParallelism());
  const closing = new AbortController();
  const trials = new Set<Promise<TrialEnd>>();
  const problems: string[] = [];
  let worlds = 0;
  let incomplete = false;
  let probe: Promise<Subject> | undefined;

  const attempt = async (
    name: string,
    plugin: ProviderPlugin,
    run: (trial: Trial) => Promise<TrialEnd>,
  ): Promise<TrialEnd> => {
    worlds++;
    const running = run({
      harness,
      plugin,
      worldId: `${runId}-${worlds}`,
      seed: `${seed}/${name}`,
      upSeconds: worldSeconds,
      downSeconds: Math.min(20, limitSeconds),
      signal: closing.signal,
    });
    trials.add(running);
    const end = await running;
    trials.delete(running);
    problems.push(...end.lost.map((problem) => `${name}: ${problem}`));
    return end;
  };

  const openSubject = async (): Promise<Subject> => {
    const plugin = await loadPlugin(harness);
    let subject: Subject | undefined;
    const { error } = await attempt('first world', plugin, (trial) =>
      inWorld(trial, worldSeconds, async ({ provider, deployment }) => {
        subject = { plugin, provider, deployment };
      }),
    );
    if (subject) return subject;
    throw cannotRun(error, plugin.name);
  };
  const subjectOnce = (): Promise<Subject> => {
    probe ??= openSubject();
    return probe;
  };

  const run = async (check: Check): Promise<Result> => {
    const { id, level, facet, sentence, why, needs = [] } = check;
    const facts = { id, level, facet, sentence, why };
    const { plugin, provider, deployment } = await subjectOnce();
    const absent = needs.map((need) => whyAbsent(need, provider, harness, deployment)).find((reason) => reason);
    if (absent !== undefined) return { ...facts, outcome: 'skip', milliseconds: 0, reason: absent };

    const end = await attempt(id, plugin, (trial) => runCheck(check, trial, limitSeconds));
    const { milliseconds, error } = end;
    const declared = Object.hasOwn(deviations, id) ? deviations[id] : undefined;
    if (!('error' in end)) {
      if (declared === undefined) return { ...facts, outcome: 'pass', milliseconds };
      return { ...facts, outcome: 'fail', milliseconds, ...stale };
    }
    const failure = describeFailure(error);
    if (error instanceof DeploymentError) {
      incomplete = true;
      problems.push(`${id}: ${error.message}`);
    } else if (declared !== undefined)
      return { ...facts, outcome: 'deviation', milliseconds, reason: declared, failure };
    return { ...facts, outcome: 'fail', milliseconds, failure };
  };

  return {
    checks,
    seed,
    subject: subjectOnce,
    problems,
    get incomplete() {
      return incomplete;
    },
    run: (check) => inPool(() => untilAborted(closing.signal, run(check))),
    async close() {
      closing.abort(new Error('the run was ended'));
      await Promise.allSettled(trials);
    },
  };
}

const stale = {
  staleDeviation: true,
  failure: { message: 'declared as a deviation, but holds: remove it from the deviations of the harness' },
} as const;
