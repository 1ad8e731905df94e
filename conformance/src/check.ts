import type { Capabilities, ErrorCode } from '@runvoy/core/provider';
import type { World } from './world.ts';

/** MUST: a provider that fails it cannot be used. SHOULD: users are better off with it. */
export type Level = 'MUST' | 'SHOULD';

export type Facet =
  | 'plugin'
  | 'lifecycle'
  | 'store'
  | 'secrets'
  | 'tasks'
  | 'logs'
  | 'identities'
  | 'sockets'
  | 'backend-logs'
  | 'decode'
  | 'classify'
  | 'product';

/** Something that only the author's harness can give. */
export type Hint =
  | 'harness.errors'
  | `harness.errors.${ErrorCode}`
  | 'harness.identities'
  | 'harness.invalidSettings'
  | 'harness.malformed'
  | 'harness.module'
  | 'harness.reconcile'
  | 'harness.repositories'
  | 'harness.requests'
  | 'harness.taskChanged'
  | 'harness.logLines'
  | 'harness.viewers';

/** What a check needs and a provider may lack: a capability, a part of it that is optional, or a hint; see `needs.ts`. */
export type Need =
  | keyof Capabilities
  | 'sockets'
  | 'backendLogs'
  | 'backendLogs.write'
  | 'listen'
  | 'receive'
  | 'claimServer'
  | 'logs.exchange'
  | 'output'
  | 'git'
  | 'command'
  | Hint;

/** One sentence of the contract, as something that can be tried. */
export interface Check {
  /** `<facet>.<subject>.<what>`, for ever: what an id means never changes, and an id is never used again. */
  id: string;
  level: Level;
  facet: Facet;
  /** What holds, in one sentence, in the words of the contract. */
  sentence: string;
  /** What a user of runvoy loses when it does not hold. */
  why: string;
  /** Skipped, with the provider's own reason, where one of these is absent. */
  needs?: readonly Need[];
  /** Seconds that it may take, beyond the harness's lag. Default 20. */
  limitSeconds?: number;
  /** Rejects when it does not hold; see `expect.ts` for failures that say what was expected and seen. */
  run(world: World): Promise<void>;
}

export function defineCheck(check: Check): Check {
  return check;
}
