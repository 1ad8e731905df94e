import { writeFileSync } from 'node:fs';
import { checks as everyCheck } from '../src/checks/index.ts';
import { faults } from './faults/index.ts';
import { type Matrix, matrixFile, readMatrix, renderMatrix } from './matrix.ts';
import { limitsOf, runChecks } from './run-checks.ts';

/**
 * Runs every fault against the checks of the facet of the one that owns it, and writes MATRIX.md. Arguments are beginnings of
 * ids: only those faults are run, and the others are kept as they are in the file.
 */
const beginnings = process.argv.slice(2);
const checks = everyCheck.filter(({ facet }) => facet !== 'product');
const facetOf = new Map(checks.map(({ id, facet }) => [id, facet]));
const isWanted = (id: string) => beginnings.length === 0 || beginnings.some((beginning) => id.startsWith(beginning));
const matrix = new Map<string, readonly string[]>(beginnings.length === 0 ? [] : readMatrix());
let problems = 0;

const limits = limitsOf(await runChecks(checks));
for (const fault of faults.filter(({ id }) => isWanted(id))) {
  const facet = facetOf.get(fault.caughtBy);
  const results = await runChecks(
    checks.filter((check) => check.facet === facet),
    fault,
    limits,
  );
  const failing = results.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  matrix.set(fault.id, failing);
  writeFileSync(matrixFile, renderMatrix(faults, checks, matrix));
  const isCaught = failing.includes(fault.caughtBy);
  console.log(`${isCaught ? 'caught' : 'NOT CAUGHT'} ${fault.id} by ${fault.caughtBy}; ${failing.length} fail`);
  if (!isCaught) {
    problems++;
    console.log(`  by ${failing.join(', ') || 'none'}`);
  }
}
for (const { id } of missed(matrix)) {
  problems++;
  console.log(`NEVER FAILS ${id}`);
}
process.exit(problems > 0 ? 1 : 0);

function missed(all: Matrix) {
  const caught = new Set([...all.values()].flat());
  return checks.filter(({ id }) => !caught.has(id));
}
