import { suiteError } from '../runner/suite-error.ts';
import type { EmulatorName, Requirement } from './emulator.ts';

/** What the checks of a provider cannot do without. */
export const emulatorsOf: Record<Requirement, readonly EmulatorName[]> = {
  gcp: ['firestore', 'pubsub'],
  aws: ['dynamodb'],
  local: [],
};

/** `RUNVOY_REQUIRE`: providers with commas between. Rejects a name that is none, because nothing would be required by it. */
export function parseRequirements(value: string | undefined): Requirement[] {
  const names = (value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names) {
    if (!Object.hasOwn(emulatorsOf, name))
      throw suiteError(`RUNVOY_REQUIRE names ${name}, which is no provider with emulators`, {
        field: 'RUNVOY_REQUIRE',
        remedy: `Use some of ${Object.keys(emulatorsOf).join(', ')}, with commas between.`,
      });
  }
  return names as Requirement[];
}
