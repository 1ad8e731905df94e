import { describe, expect, it } from 'vitest';
import { equal } from '../../src/expect.ts';
import type { Harness } from '../../src/harness.ts';
import { renderBadge } from '../../src/report/badge.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { type Report, reportSchema } from '../../src/report/report.ts';
import { runSuite, type SuiteOptions } from '../../src/runner/run-suite.ts';
import { check, harness } from '../support/fake.ts';

const holds = check('a.holds', async () => {});
const fails = check('b.fails', async () => equal('a|b', 'c', 'the text'), { facet: 'logs' });
const should = check('b.should', async () => equal(1, 2, 'the number'), { facet: 'logs', level: 'SHOULD' });
const lacks = check('c.lacks', async () => {}, { needs: ['harness.identities'] });

const report = (
  checks: SuiteOptions['checks'],
  more: Partial<Harness> = {},
  options: SuiteOptions = {},
): Promise<Report> => runSuite(harness({ identities: undefined, ...more }), { checks, seed: 'seed', ...options });

describe('the verdict', () => {
  it('is full only when everything was run and holds', async () => {
    expect((await report([holds])).verdict).toBe('full');
    expect((await report([holds, lacks])).verdict).toBe('partial');
    expect((await report([holds, should])).verdict).toBe('partial');
    expect((await report([holds, fails])).verdict).toBe('failing');
    expect((await report([holds, fails], {}, { skip: ['b'] })).verdict).toBe('partial');
    expect((await report([holds, fails], { deviations: { 'b.fails': 'known' } })).verdict).toBe('partial');
    expect((await report([should], { deviations: { 'b.should': 'known' } })).verdict).toBe('partial');
    expect((await report([holds], { deviations: { 'a.holds': 'it did not once' } })).verdict).toBe('failing');
  });
});

describe('a second try', () => {
  it('is given to what failed, when it is asked for, and only that counts', async () => {
    const tries = { sluggish: 0, broken: 0 };
    const sluggish = check('a.sluggish', async () => equal(++tries.sluggish > 1, true, 'whether it is the second try'));
    const broken = check('b.broken', async () => equal(++tries.broken, 0, 'tries'));
    const told: string[] = [];
    const onResult: SuiteOptions['onResult'] = ({ id, outcome }) => told.push(`${id} ${outcome}`);
    const { results } = await report([sluggish, broken, holds], {}, { retry: true, onResult });
    expect(results.map(({ outcome }) => outcome)).toEqual(['pass', 'fail', 'pass']);
    expect(tries).toEqual({ sluggish: 2, broken: 2 });
    expect(told.slice(-2)).toEqual(['a.sluggish pass', 'b.broken fail']);
    tries.sluggish = 0;
    expect((await report([sluggish])).verdict).toBe('failing');
  });
});

describe('the report', () => {
  it('has the versions, the seed, the environment, the sums and every result, and nothing of this machine', async () => {
    const made = await report([holds, fails, lacks]);
    expect(reportSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
    expect(made).toMatchObject({
      format: 1,
      suite: { name: '@runvoy/conformance', version: expect.stringMatching(/^\d/) },
      contract: expect.stringMatching(/^\d+\.\d+$/),
      provider: { name: 'memory', capabilities: { images: true } },
      seed: 'seed',
      summary: [
        { facet: 'store', level: 'MUST', pass: 1, fail: 0, skip: 1, deviation: 0 },
        { facet: 'logs', level: 'MUST', pass: 0, fail: 1, skip: 0, deviation: 0 },
      ],
      results: [{ outcome: 'pass' }, { outcome: 'fail', why: 'It matters.' }, { outcome: 'skip' }],
    });
    expect(JSON.stringify(made)).not.toContain(process.cwd());
  });

  it('is a document for people, the same for the same results', async () => {
    const [first, second] = [await report([holds, fails, lacks]), await report([holds, fails, lacks])];
    const text = renderMarkdown(first);
    expect(renderMarkdown(second)).toBe(text);
    expect(text).toContain("- `b.fails` (MUST): the text; expected `'c'`, saw `'a|b'`. It matters.");
    expect(text).toContain('- `c.lacks`: the harness gives no identities');
    expect(text).toContain('| all | 1 of 3 |  | 1 | 1 |  |');
  });

  it('is a badge that says how much holds', async () => {
    expect(renderBadge(await report([holds]))).toContain('aria-label="runvoy 1.0: 1 of 1"');
    expect(renderBadge(await report([holds, fails]))).toContain('1 of 2, failing');
  });
});

describe('a run', () => {
  it('tells of every result as it comes, and ends when it is aborted', async () => {
    const seen: string[] = [];
    await report([holds, fails], {}, { onResult: ({ id }) => void seen.push(id) });
    expect(seen.sort()).toEqual(['a.holds', 'b.fails']);
    const abort = new AbortController();
    const hanging = check('a.hangs', () => new Promise(() => undefined));
    const running = report([hanging], {}, { signal: abort.signal, onStart: () => abort.abort(new Error('enough')) });
    await expect(running).rejects.toThrow('enough');
  });
});
