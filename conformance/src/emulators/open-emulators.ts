import { suiteError } from '../runner/suite-error.ts';
import { closingTable } from './closing-table.ts';
import {
  addressOf,
  type Emulator,
  type EmulatorName,
  isEmulator,
  type Requirement,
  type Source,
  variables,
} from './emulator.ts';
import { fromDocker } from './from-docker.ts';
import { fromDynalite } from './from-dynalite.ts';
import { fromEnvironment } from './from-environment.ts';
import { fromSdk } from './from-sdk.ts';
import { emulatorsOf, parseRequirements } from './requirements.ts';

export interface EmulatorOptions {
  wanted: readonly EmulatorName[];
  /** Providers whose emulators must be there. Default: `RUNVOY_REQUIRE`. */
  required?: readonly Requirement[];
  /** Told at once what is missing. Default: standard error. */
  log?(text: string): void;
  /** Default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** Ends the search, and what has come up so far. */
  signal?: AbortSignal;
}

export interface Emulators extends AsyncDisposable {
  readonly running: readonly Emulator[];
  /** Why there is none, for each that is missing. */
  readonly missing: ReadonlyMap<EmulatorName, string>;
  /** For the processes that use them: the variables that clients read. */
  readonly env: Readonly<Record<string, string>>;
  /** What ran against what, for the end of a run. */
  table(): string;
  /** Ends those that were started here. Closing twice is no error; should it never be called, they end with this process. */
  close(): Promise<void>;
}

/** In the order in which they are tried: what somebody has chosen, what is the same everywhere, what this machine has. */
const sources: Record<EmulatorName, readonly Source[]> = {
  firestore: [fromEnvironment('firestore'), fromDocker('firestore'), fromSdk('firestore')],
  pubsub: [fromEnvironment('pubsub'), fromDocker('pubsub'), fromSdk('pubsub')],
  dynamodb: [fromEnvironment('dynamodb'), fromDocker('dynamodb'), fromDynalite],
};

/**
 * Finds or starts emulators, all at the same time. Call it once for a whole run: one takes about three seconds. Rejects with
 * CONFIGURATION_INVALID, and leaves nothing running, when one that is required is missing.
 */
export async function openEmulators(options: EmulatorOptions): Promise<Emulators> {
  const { wanted, env = process.env, log = toStandardError, signal } = options;
  const required = (options.required ?? parseRequirements(env.RUNVOY_REQUIRE)).flatMap((name) => emulatorsOf[name]);
  const names = [...new Set(wanted)];
  const outcomes = await Promise.allSettled(names.map((name) => find(name, { env, ...(signal && { signal }) })));
  const found = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const running = found.filter(isEmulator);
  const missing = new Map(
    names.flatMap((name, at) => {
      const outcome = outcomes[at]!;
      if (outcome.status === 'rejected') return [[name, String(outcome.reason)] as const];
      return isEmulator(outcome.value) ? [] : [[name, outcome.value.no] as const];
    }),
  );
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= Promise.all(running.map((emulator) => emulator.stop())).then(() => undefined);
    return closing;
  };

  const lacking = names.filter((name) => missing.has(name) && required.includes(name));
  if (lacking.length > 0 || signal?.aborted) {
    await close();
    signal?.throwIfAborted();
    throw suiteError(
      `required emulators are missing: ${lacking.map((name) => `${name} (${missing.get(name)})`).join('; ')}`,
      {
        field: 'RUNVOY_REQUIRE',
        remedy: `Make one of them possible, or start one and name it in ${lacking.map((name) => variables[name]).join(', ')}.`,
      },
    );
  }
  for (const [name, reason] of missing)
    log(`SKIPPED: what needs an emulator of ${name} is not run. ${reason}. RUNVOY_REQUIRE makes this a failure.`);
  return {
    running,
    missing,
    env: environmentOf(running),
    table: () => closingTable(running, missing),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The first that there is; else every reason why there is none. */
async function find(name: EmulatorName, options: Parameters<Source>[0]): Promise<Emulator | { no: string }> {
  const reasons: string[] = [];
  for (const source of sources[name]) {
    if (options.signal?.aborted) break;
    const found = await source(options);
    if (isEmulator(found)) return found;
    reasons.push(found.no);
    // Whoever names one means that one, and no other in its place.
    if (options.env[variables[name]]) break;
  }
  return { no: reasons.join('; ') };
}

function environmentOf(running: readonly Emulator[]): Record<string, string> {
  const addresses = running.map((emulator) => [variables[emulator.name], addressOf(emulator)]);
  // Google's clients look for a metadata server otherwise, which takes two seconds and leaves this machine.
  return { ...Object.fromEntries(addresses), METADATA_SERVER_DETECTION: 'none' };
}

function toStandardError(text: string): void {
  process.stderr.write(`${text}\n`);
}
