import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faults } from '../selftest/faults/index.ts';
import type { Fault } from '../selftest/faults/support/fault.ts';
import { matrixFile, readMatrix, renderMatrix } from '../selftest/matrix.ts';
import { openReference, runBroken } from '../selftest/run-checks.ts';
import { checks as everyCheck } from '../src/checks/index.ts';
import { formatFailure } from '../src/format-failure.ts';
import { createPool } from '../src/runner/limit.ts';

const checks = everyCheck.filter(({ facet }) => facet !== 'product');
const byId = new Map(checks.map((check) => [check.id, check]));
const matrix = readMatrix();

/** What each fault has to prove: its own check, and those that fail for no fault of their own. */
function expectations(): Map<string, string[]> {
  const expected = new Map(faults.map(({ id, caughtBy }) => [id, [caughtBy]]));
  const owned = new Set(faults.map(({ caughtBy }) => caughtBy));
  for (const { id } of checks.filter((check) => !owned.has(check.id))) {
    const fault = faults.find((candidate) => matrix.get(candidate.id)?.includes(id));
    if (fault) expected.get(fault.id)!.push(id);
  }
  return expected;
}

describe('the suite', () => {
  it('has a matrix of today: `node --conditions=source conformance/selftest/write-matrix.ts` writes it', () => {
    expect(readFileSync(matrixFile, 'utf8')).toBe(renderMatrix(faults, checks, matrix));
  });

  it('has faults with ids of their own, owned by checks that exist', () => {
    expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
    expect(faults.filter(({ caughtBy }) => !byId.has(caughtBy)).map(({ id }) => id)).toEqual([]);
  });

  it('has a fault for every check', () => {
    const proven = new Set([...expectations().values()].flat());
    expect(checks.filter(({ id }) => !proven.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it('lets the reference pass without a skip, and no broken provider', { timeout: 300_000 }, async () => {
    const session = openReference(checks);
    const passing = new Map(checks.map((check) => [check.id, session.run(check)]));
    const inPool = createPool(6);
    const missed: string[] = [];
    const prove = async (fault: Fault, ids: readonly string[]) => {
      const passed = await Promise.all(ids.map((id) => passing.get(id)!));
      const results = await inPool(() =>
        runBroken(
          fault,
          ids.map((id) => byId.get(id)!),
          passed,
        ),
      );
      missed.push(...results.filter(({ outcome }) => outcome !== 'fail').map(({ id }) => `${fault.id} by ${id}`));
    };
    const expected = expectations();
    await Promise.all(faults.map((fault) => prove(fault, expected.get(fault.id)!)));
    const results = await Promise.all(passing.values());
    await session.close();
    expect(results.filter(({ outcome }) => outcome === 'fail').map(formatFailure)).toEqual([]);
    expect(results.filter(({ outcome }) => outcome === 'skip').map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
    expect(missed).toEqual([]);
  });
});
