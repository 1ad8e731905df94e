import type { OpenContext, Provider } from '@runvoy/core/provider';
import type { Deployment, Harness } from './harness.ts';

/** What one check gets: a deployment of its own, a clock, seeded randomness, and a way to wait that says what for. */
export interface World {
  readonly harness: Harness;
  /** A connection to the deployment, wrapped as core wraps it: failures are what users would see. */
  readonly provider: Provider;
  readonly deployment: Deployment;
  /** The environment of the deployment. */
  readonly env: Record<string, string>;
  /** Another connection to the same deployment, as another server would have. Closed by the suite. Default role: `all`. */
  open(role?: OpenContext['role']): Promise<Provider>;
  /** The clock that every provider of this world was opened with. It stands at the real time plus what was added. */
  readonly clock: { now(): number; advance(milliseconds: number): void };
  /** 0 to 1, from the seed that the report names. */
  random(): number;
  /** A new 32-digit hexadecimal execution id. */
  executionId(): string;
  /** Aborts when the check's time is up; long calls should carry it. */
  readonly signal: AbortSignal;
  /**
   * Tries until `condition` gives something other than `undefined` or `false`. When the time is up, the failure says that it
   * waited for `what`, and what the last try gave.
   */
  until<T>(what: string, condition: () => Promise<T | undefined | false> | T | undefined | false): Promise<T>;
  /** Names what is being waited for while a call runs, so that a provider that hangs is told of by that name. */
  during<T>(what: string, call: Promise<T>): Promise<T>;
  /** What the providers of this world have logged so far. */
  logged(): readonly LogEntry[];
}

export interface LogEntry {
  level: 'debug' | 'info' | 'warn' | 'error';
  fields: object;
  message: string;
}
