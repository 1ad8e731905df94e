import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { reportSchema } from '../../src/report/report.ts';
import { fixture, run, start, startNode } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'runvoy-conformance-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (name: string) => join(folder, name);

describe.concurrent('a run', { timeout: 60_000 }, () => {
  it('that passes ends with 0, and writes its reports', async () => {
    const [report, markdown, badge] = [inFolder('report.json'), inFolder('report.md'), inFolder('badge.svg')];
    const files = ['--report', report, '--markdown', markdown, '--badge', badge];
    const { code, stdout } = await run(
      fixture('reference.harness.ts'),
      '--only',
      'store.insert,identities',
      '--seed',
      'abc',
      ...files,
    );
    expect(stdout).toContain('seed abc');
    expect(stdout).toMatch(/facet +MUST +SHOULD/);
    expect(code).toBe(0);
    const parsed = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')));
    expect(parsed).toMatchObject({
      verdict: 'partial',
      seed: 'abc',
      selection: { only: ['store.insert', 'identities'] },
    });
    expect(parsed.results.every(({ outcome }) => outcome === 'pass')).toBe(true);
    expect(readFileSync(markdown, 'utf8')).toContain('# Conformance of memory');
    expect(readFileSync(badge, 'utf8')).toMatch(/^<svg .*runvoy 1\.0.*<\/svg>\n$/s);
  });

  it('in which a MUST fails ends with 1, and says what was expected, seen and why it matters', async () => {
    const { code, stdout } = await run(fixture('broken.harness.ts'), '--only', 'store.insert');
    expect(code).toBe(1);
    expect(stdout).toContain('store.insert.conflict (MUST)');
    expect(stdout).toMatch(/expected: +rejects with CONFLICT/);
    expect(stdout).toMatch(/it matters: +\S/);
    expect(stdout).toMatch(/Deviations:\n {2}inserts overwrite\n {4}store\.insert\.conflict-changes-nothing/);
  });

  it('of a provider that leaves rejections to nobody ends with 1', async () => {
    const { code, stdout } = await run(fixture('crashing.harness.ts'), '--only', 'identities.odd');
    expect(stdout).toContain('nobody looks at this');
    expect(code).toBe(1);
  });

  it('that is interrupted takes its worlds down, and ends with 130', async () => {
    const marks = mkdtempSync(inFolder('marks-'));
    const { child, finished } = start([fixture('hanging.harness.ts'), '--only', 'store.get'], { MARKS: marks });
    // That of the first world, which says that the check is next.
    await expect.poll(() => readdirSync(marks).length, { timeout: 30_000 }).toBe(1);
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    expect(readdirSync(marks)).toHaveLength(2);
  });

  it.each<[string, string[], RegExp]>([
    ['without a harness', [], /no harness is named/],
    ['with a harness that is not there', ['nowhere.ts'], /there is no file nowhere\.ts/],
    [
      'with a harness of the wrong shape',
      [fixture('wrong.harness.ts')],
      /plugn .*did you mean plugin.*world must be a function|world must be a function.*plugn/s,
    ],
    ['with a file that exports none', [fixture('../support.ts')], /has no default export/],
    ['with a plugin that throws in open', [fixture('throws.harness.ts')], /cannot be tried: .*no route to host/],
    ['whose world never comes up', [fixture('no-world.harness.ts')], /did not come up .*longer than 0\.3 s/],
    [
      'of unknown checks',
      [fixture('reference.harness.ts'), '--only', 'stor.insert'],
      /no check is called stor\.insert\nDid you mean store\.insert\?/,
    ],
    ['with an unknown option', [fixture('reference.harness.ts'), '--onyl', 'store'], /onyl/],
  ])('%s ends with 2, and says what to do', async (_name, args, message) => {
    const { code, stderr } = await run(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });
});

describe.concurrent('besides running', { timeout: 60_000 }, () => {
  it('lists the checks', async () => {
    const { code, stdout } = await run('--list', '--only', 'identities');
    expect(stdout).toMatch(/^identities\.known \(MUST\): /);
    expect(code).toBe(0);
  });

  it('knows its version and its options', async () => {
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect((await run('--help')).stdout).toContain('--markdown');
  });

  it('runs under node:test: failures, deviations and what holds', async () => {
    const { code, stdout } = await startNode(['--test', '--test-reporter=tap', fixture('reference.node-test.ts')])
      .finished;
    expect(stdout).toMatch(/not ok \d+ - store\.insert\.conflict \(MUST\)/);
    expect(stdout).toMatch(/ok \d+ - store\.insert\.conflict-changes-nothing .* # SKIP deviation: inserts overwrite/);
    expect(stdout).toMatch(/ {4}ok \d+ - identities\.known/);
    expect(code).toBe(1);
  });
});
