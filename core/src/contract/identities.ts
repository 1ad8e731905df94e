import type { CallOptions } from './plugin.ts';

/** Roles and service accounts that tasks run as. */
export interface Identities {
  /** Whether the role or service account exists. A provider whose capability `identities` is absent answers `false`. */
  exists(name: string, call?: CallOptions): Promise<boolean>;
}
