import { writeFileSync } from 'node:fs';
import { checks as everyCheck } from '../src/checks/index.ts';
import { createPool } from '../src/runner/limit.ts';
import { faults } from './faults/index.ts';
import { matrixFile, readMatrix, renderMatrix } from './matrix.ts';
import { openReference, runBroken } from './run-checks.ts';

/**
 * Runs every fault against the checks of the facet of the one that owns it, and writes MATRIX.md: some minutes. Arguments are
 * beginnings of ids: only those faults are run, and the others are kept as they are in the file.
 */
const beginnings = process.argv.slice(2);
/** Checks mostly wait: for ends, for pauses, for what never comes. */
const faultsAtOnce = 4;

const checks = everyCheck.filter(({ facet }) => facet !== 'product');
const facetOf = new Map(checks.map(({ id, facet }) => [id, facet]));
const matrix = new Map<string, readonly string[]>(beginnings.length === 0 ? [] : readMatrix());
const wanted = faults.filter(({ id }) => beginnings.length === 0 || beginnings.some((part) => id.startsWith(part)));
const inPool = createPool(faultsAtOnce);
let problems = 0;

const session = openReference(checks);
const passed = await Promise.all(checks.map((check) => session.run(check)));
await session.close();

async function run(fault: (typeof faults)[number]): Promise<void> {
  const own = checks.filter(({ facet }) => facet === facetOf.get(fault.caughtBy));
  const results = await runBroken(fault, own, passed);
  const failing = results.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
  matrix.set(fault.id, failing);
  writeFileSync(matrixFile, renderMatrix(faults, checks, matrix));
  if (failing.includes(fault.caughtBy)) {
    console.log(`${fault.id}: ${failing.length} fail`);
    return;
  }
  problems++;
  console.log(`NOT CAUGHT ${fault.id} by ${fault.caughtBy}, but by ${failing.join(', ') || 'none'}`);
}

await Promise.all(wanted.map((fault) => inPool(() => run(fault))));
const caught = new Set([...matrix.values()].flat());
for (const { id } of checks.filter((check) => !caught.has(check.id))) {
  problems++;
  console.log(`NEVER FAILS ${id}`);
}
process.exit(problems > 0 ? 1 : 0);
