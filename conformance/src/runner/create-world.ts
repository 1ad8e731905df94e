import { randomBytes } from 'node:crypto';
import type { OpenContext, Provider, ProviderPlugin } from '@runvoy/core/provider';
import { guardProvider, openProvider } from '@runvoy/core/testing';
import type { Deployment, Harness } from '../harness.ts';
import type { LogEntry, World } from '../world.ts';
import { within } from './limit.ts';
import { createRandom } from './random.ts';
import { trackCalls } from './track-calls.ts';
import type { Waits } from './waits.ts';

export interface WorldOptions {
  harness: Harness;
  plugin: ProviderPlugin;
  id: string;
  seed: string;
  waits: Waits;
  /** What a check may not outlive. */
  signal: AbortSignal;
  /** Seconds that the deployment, and the provider, may take to come up. */
  upSeconds: number;
  /** Seconds that closing, and tearing down, may each take. */
  downSeconds: number;
}

/** A world and its end in one: `close` takes down whatever has come up, also when that happens only later. */
export interface WorldScope {
  /** Rejects with a {@link DeploymentError} when it is the harness's deployment that does not come up. */
  start(): Promise<World>;
  /** Resolves to what could not be taken down. */
  close(): Promise<string[]>;
}

/** `harness.world` failed: not the provider's fault, and nothing is known about the check. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}

export function createWorld(options: WorldOptions): WorldScope {
  const { harness, plugin, id, seed, waits, signal, upSeconds, downSeconds } = options;
  const opened: Provider[] = [];
  const logged: LogEntry[] = [];
  let deployment: Deployment | undefined;
  let closed = false;
  let added = 0;
  const now = () => Date.now() + added;
  const advance = (milliseconds: number) => {
    added += milliseconds;
  };
  const random = createRandom(seed);
  // Unique, because a cloud may remember the ids of earlier runs; the rest is repeatable, so that their order is.
  const unique = randomBytes(4).toString('hex');

  const deploy = async (): Promise<Deployment> => {
    const coming = (async () => {
      const made = await harness.world(id);
      deployment = made;
      if (closed) await takeDown();
      return made;
    })();
    const late = () => new Error(`it takes longer than ${upSeconds} s; harness.worldSeconds gives it more`);
    try {
      return await within(upSeconds * 1000, coming, late);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new DeploymentError(`the deployment did not come up (harness.world): ${why}`, { cause: error });
    }
  };

  const open = async (env: Record<string, string>, role: OpenContext['role']): Promise<Provider> => {
    const context = { now, log: recordLog(logged), role };
    const opening = openProvider(plugin, env, context, upSeconds);
    const provider = await waits.during('the provider to open (plugin.open)', opening);
    opened.push(provider);
    if (closed) await takeDown();
    return trackCalls(guardProvider(provider), waits, signal);
  };

  const takeDown = async (): Promise<string[]> => {
    const closings = opened
      .splice(0)
      .map((provider) => ending('a provider', downSeconds, async () => provider.close()));
    const problems = await Promise.all(closings);
    const late = deployment;
    deployment = undefined;
    if (late?.teardown) problems.push(await ending('the deployment', downSeconds, async () => late.teardown?.()));
    return problems.filter((problem) => problem !== undefined);
  };

  return {
    async start() {
      const made = await deploy();
      const provider = await open(made.env, 'all');
      return {
        harness,
        provider,
        deployment: made,
        env: made.env,
        open: (role = 'all') => open(made.env, role),
        clock: { now, advance },
        random,
        executionId: () => unique + Array.from({ length: 24 }, () => Math.floor(random() * 16).toString(16)).join(''),
        signal,
        until: waits.until,
        during: waits.during,
        logged: () => logged,
      };
    },
    close() {
      closed = true;
      return takeDown();
    },
  };
}

async function ending(what: string, seconds: number, end: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await within(seconds * 1000, end(), () => new Error(`it takes longer than ${seconds} s`));
    return undefined;
  } catch (error) {
    return `${what} could not be taken down: ${String(error)}`;
  }
}

function recordLog(entries: LogEntry[]): OpenContext['log'] {
  const at = (level: LogEntry['level']) => (fields: object, message: string) => {
    entries.push({ level, fields, message });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
