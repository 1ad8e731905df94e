import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { type Report, reportSchema } from '../../src/report/report.ts';
import { run, startNode } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'runvoy-conformance-init-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const root = fileURLToPath(new URL('../../..', import.meta.url));

it('writes a skeleton that compiles, and fails only on what is not written yet', { timeout: 120_000 }, async () => {
  const target = join(folder, 'acme');
  const { code, stdout } = await run('init', target);
  expect(stdout).toContain('Written: package.json');
  expect(code).toBe(0);

  mkdirSync(join(target, 'node_modules'));
  for (const name of ['@runvoy', '@types', '@standard-schema', 'zod', 'undici-types'])
    symlinkSync(join(root, 'node_modules', name), join(target, 'node_modules', name));
  const compiler = join(root, 'node_modules/.bin/tsc');
  const compiled = spawnSync(
    compiler,
    ['-p', '.', '--customConditions', 'source', '--rewriteRelativeImportExtensions'],
    { cwd: target, encoding: 'utf8' },
  );
  expect(compiled.stdout).toBe('');

  const cli = join(root, 'conformance/src/cli.ts');
  const report = join(target, 'report.json');
  const only = 'plugin,store,secrets,logs.append,identities,decode,classify,lifecycle.close';
  const ran = await startNode([cli, './my.harness.ts', '--only', only, '--report', report], {}, target).finished;
  expect(ran.code).toBe(1);
  const { results } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')) as Report);
  const failed = results.filter(({ outcome }) => outcome === 'fail');
  const others = failed.filter(({ failure }) => !/is not written yet|UNSUPPORTED/.test(JSON.stringify(failure)));
  expect(others.map(({ id, failure }) => `${id}: ${failure?.message} ${failure?.seen}`)).toEqual([]);
  expect(failed.length).toBeGreaterThan(50);
  expect(results.filter(({ outcome }) => outcome === 'pass').map(({ id }) => id)).toContain('plugin.name');
});

it('leaves what is there as it is', async () => {
  const target = join(folder, 'taken');
  mkdirSync(target);
  writeFileSync(join(target, 'package.json'), '{}');
  const { code, stderr } = await run('init', target);
  expect(stderr).toContain('has package.json already');
  expect(code).toBe(2);
  expect(readFileSync(join(target, 'package.json'), 'utf8')).toBe('{}');
});
