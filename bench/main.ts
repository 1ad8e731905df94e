import { report } from './harness/report.ts';
import type { Bench, Row } from './harness/row.ts';
import { cloudCold } from './suites/cloud-cold.ts';
import { coldStart } from './suites/cold-start.ts';
import { fanOut } from './suites/fan-out.ts';
import { gcpLines, gcpRun } from './suites/gcp.ts';
import { httpRun, httpStatus } from './suites/http.ts';
import { memoryIdle, memoryStalled } from './suites/memory.ts';
import { millionLines } from './suites/million-lines.ts';
import { readBack } from './suites/read-back.ts';
import { submit } from './suites/submit.ts';

const benches: Bench[] = [
  submit,
  coldStart,
  cloudCold,
  millionLines,
  fanOut,
  httpStatus,
  httpRun,
  readBack,
  memoryIdle,
  memoryStalled,
  gcpRun,
  gcpLines,
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(
    `no benchmark is called ${unknown.join(', ')}; there are: ${benches.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}

const rows: Row[] = [];
for (const bench of benches) {
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  console.error(`… ${bench.name}`);
  try {
    rows.push(...(await bench.run()));
  } catch (error) {
    rows.push({
      name: bench.name,
      path: bench.name,
      subject: '',
      ceiling: '',
      note: `failed: ${(error as Error).stack}`,
    });
    process.exitCode = 1;
  }
}
report(rows);
process.exit();
