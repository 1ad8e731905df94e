import { readFileSync } from 'node:fs';
import { CONTRACT_VERSION } from '@runvoy/core/provider';
import { describe, expect, it } from 'vitest';
import { fillMarkers } from '../../scripts/fill-markers.ts';
import { providers } from '../../scripts/providers.ts';
import { renderSupport } from '../../scripts/render-support.ts';
import { readReport } from '../../scripts/report-files.ts';
import { checks, version } from '../../src/index.ts';

/** Whether the results are those of a run now is for `npm run conformance -- --check`, which CI does. */
describe.each(Object.keys(providers))('the committed report of %s (npm run conformance)', (name) => {
  it('is of this suite and this contract', async () => {
    const report = await readReport(name);
    expect(report.suite.version).toBe(version);
    expect(report.contract).toBe(CONTRACT_VERSION);
    expect(report.results.map(({ id, level }) => `${id} ${level}`)).toEqual(
      checks.map(({ id, level }) => `${id} ${level}`),
    );
  });

  it('has no failure', async () => {
    const { results, verdict } = await readReport(name);
    expect(verdict).not.toBe('failing');
    expect(results.filter(({ outcome, level }) => outcome === 'fail' && level === 'MUST')).toEqual([]);
  });
});

it('the support table of the README is that of the reports', async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const reports = await Promise.all(Object.keys(providers).map(readReport));
  const support = await renderSupport(reports);
  expect(readme).toContain('<!-- begin support -->');
  expect(readme === (await fillMarkers(readme, { support: () => support }))).toBe(true);
});
