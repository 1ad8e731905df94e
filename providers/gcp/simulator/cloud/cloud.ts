import type { Permissions } from '../permissions/permissions.ts';
import { CallLog } from './call-log.ts';
import { Faults } from './faults.ts';
import type { Knobs } from './knobs.ts';
import type { Random } from './random.ts';
import type { Clock } from './time.ts';
import { Timers } from './timers.ts';

/** What all services and projects of one simulator share. */
export interface Cloud {
  readonly knobs: Knobs;
  readonly random: Random;
  readonly clock: Clock;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly timers: Timers;
  readonly permissions: Permissions;
  /** Told what the real cloud keeps silent about: a sink without a grant, a container that could not be isolated. */
  readonly log: (text: string) => void;
}

export function createCloud(parts: Omit<Cloud, 'calls' | 'faults' | 'timers'>): Cloud {
  return { ...parts, calls: new CallLog(), faults: new Faults(parts.random), timers: new Timers() };
}
