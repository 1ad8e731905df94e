import { readFileSync } from 'node:fs';
import type { Check } from '../src/check.ts';
import type { Fault } from './faults/support/fault.ts';

/** Which checks fail for which fault. */
export type Matrix = ReadonlyMap<string, readonly string[]>;

export const matrixFile = new URL('./MATRIX.md', import.meta.url);

/** The first column of the first table is a fault, the third the check that owns it, the fourth the others that fail. */
export function renderMatrix(faults: readonly Fault[], checks: readonly Check[], matrix: Matrix): string {
  const code = (id: string) => `\`${id}\``;
  const rows = faults.map(({ id, sentence, caughtBy }) => {
    const others = (matrix.get(id) ?? []).filter((check) => check !== caughtBy);
    return `| ${code(id)} | ${sentence} | ${code(caughtBy)} | ${others.map(code).join(' ')} |`;
  });
  const counts = checks.map(({ id }) => {
    const failing = faults.filter((fault) => matrix.get(fault.id)?.includes(id));
    return `| ${code(id)} | ${failing.length} |`;
  });
  return `# What the suite catches

${faults.length} broken providers, each the reference with one fault, against ${checks.length} checks. Every fault fails the check that owns it, and every
check fails for a fault at least. Written by \`node --conditions=source conformance/selftest/write-matrix.ts\`;
\`conformance/test/selftest.test.ts\` fails when it is stale.

| fault | what is wrong | caught by | fails too |
| --- | --- | --- | --- |
${rows.join('\n')}

| check | faults that fail it |
| --- | --- |
${counts.join('\n')}
`;
}

export function readMatrix(): Matrix {
  const rows = readFileSync(matrixFile, 'utf8').matchAll(/^\| `([^`]+)` \| [^|]+ \| `([^`]+)` \| (.*) \|$/gm);
  return new Map(
    [...rows].map(([, fault, owner, others]) => [
      fault!,
      [owner!, ...[...others!.matchAll(/`([^`]+)`/g)].map(([, id]) => id!)],
    ]),
  );
}
