import type { Check } from '../check.ts';
import { closest } from './closest.ts';
import { suiteError } from './suite-error.ts';

export interface Selection {
  /** Ids, or prefixes of ids that end where a part does: `store`, `store.insert`. Default: every check. */
  only?: readonly string[];
  skip?: readonly string[];
}

/** The checks that were asked for, in the suite's order. Rejects names that match none: a typing error must not pass. */
export function selectChecks(checks: readonly Check[], { only = [], skip = [] }: Selection): readonly Check[] {
  for (const name of [...only, ...skip]) {
    if (!checks.some((check) => covers(name, check))) throw unknown(name, checks);
  }
  const selected = checks.filter(
    (check) =>
      (only.length === 0 || only.some((name) => covers(name, check))) && !skip.some((name) => covers(name, check)),
  );
  if (selected.length === 0)
    throw suiteError('no check is left to run', {
      field: '--skip',
      remedy: 'Leave out some of what --skip names.',
    });
  return selected;
}

function covers(name: string, { id }: Check): boolean {
  const prefix = name.replace(/[.*]+$/, '');
  return id === prefix || id.startsWith(`${prefix}.`);
}

function unknown(name: string, checks: readonly Check[]): Error {
  const ids = checks.map(({ id }) => id);
  const meant = closest(name, [...new Set(ids.flatMap(prefixes))]);
  return suiteError(`no check is called ${name}`, {
    field: '--only, --skip',
    remedy: meant === undefined ? 'See --list for the ids.' : `Did you mean ${meant}? See --list for the ids.`,
  });
}

/** `a.b.c` → `a`, `a.b`, `a.b.c`. */
function prefixes(id: string): string[] {
  const parts = id.split('.');
  return parts.map((_part, at) => parts.slice(0, at + 1).join('.'));
}
