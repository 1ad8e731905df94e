/**
 * Runs every check on our providers, and writes `reports` and the support table of the root README. `--check`: writes nothing,
 * and fails when they would be others. Names of providers: only those, and the table has what the files say of the others.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { formatFailure, type Result, renderBadge, renderMarkdown, runSuite } from '../src/index.ts';
import { fillMarkers } from './fill-markers.ts';
import { providers } from './providers.ts';
import { renderSupport } from './render-support.ts';
import { readReport, reportFile } from './report-files.ts';
import { type StableReport, stableReport } from './stable-report.ts';

/** So that every run makes the same random choices. */
const seed = 'reports';

const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
const names = positionals.length > 0 ? positionals : Object.keys(providers);
const root = new URL('../../', import.meta.url);
const stale: string[] = [];
const fresh = new Map<string, StableReport>();
let failing = false;

for (const name of names) {
  const load = providers[name];
  if (!load) throw new Error(`there is no provider ${name}: ${Object.keys(providers).join(', ')}`);
  const { default: harness } = await load();
  const report = await runSuite(harness, { seed, retry: true, onResult: noteRetry(name) });
  for (const result of report.results) if (result.outcome === 'fail') console.log(formatFailure(result));
  for (const problem of report.problems) console.log(`${name}: ${problem}`);
  console.log(`${name}: ${report.verdict} after ${report.seconds} s`);
  failing ||= report.verdict === 'failing' || report.incomplete;
  const stable = stableReport(report);
  fresh.set(name, stable);
  await keep(reportFile(name, 'json'), `${JSON.stringify(stable, null, 2)}\n`);
  await keep(reportFile(name, 'md'), renderMarkdown({ ...report, problems: [] }));
  await keep(reportFile(name, 'svg'), renderBadge(report));
}
const readme = new URL('README.md', root);
const support = await renderSupport(
  await Promise.all(Object.keys(providers).map(async (name) => fresh.get(name) ?? (await readReport(name)))),
);
await keep(readme, await fillMarkers(await readFile(readme, 'utf8'), { support: () => support }));
for (const file of stale) console.log(`${file} is stale: npm run conformance`);
// A provider may leave sockets and timers behind.
process.exit(failing || stale.length > 0 ? 1 : 0);

/** Says so where a check held only when it was tried again. */
function noteRetry(name: string): (result: Result) => void {
  const failed = new Set<string>();
  return ({ id, outcome }) => {
    if (outcome === 'fail') failed.add(id);
    else if (failed.has(id)) console.log(`${name}: ${id} failed, and held when it was tried again`);
  };
}

async function keep(file: URL, text: string): Promise<void> {
  const there = await readFile(file, 'utf8').catch(() => undefined);
  if (there === text) return;
  if (values.check) stale.push(file.pathname.slice(root.pathname.length));
  else {
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, text);
  }
}
