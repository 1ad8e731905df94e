import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLocal, run, temporaryHome } from '../harness.ts';

function repository(home: string): { url: string; first: string } {
  const folder = join(home, 'origin');
  mkdirSync(join(folder, 'tools'), { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Ana', '-c', 'user.email=a@b', ...args])
      .toString()
      .trim();
  git('init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'tools', 'version'), 'one\n');
  git('add', '.');
  git('commit', '-q', '-m', 'one');
  const first = git('rev-parse', 'HEAD');
  writeFileSync(join(folder, 'tools', 'version'), 'two\n');
  git('commit', '-q', '-a', '-m', 'two');
  return { url: `file://${folder}`, first };
}

it('runs the command in a folder of the checkout', async () => {
  const home = temporaryHome();
  const { url, first } = repository(home);
  const provider = await openLocal(home);
  const newest = await run(provider, 'cat version', { git: { url, path: 'tools' } });
  expect(newest.text('stdout')).toBe('two\n');
  expect(newest.text('system')).toContain('checked out');
  const older = await run(provider, 'cat tools/version; env | grep -c RUNVOY_GIT', { git: { url, ref: first } });
  expect(older.text('stdout')).toBe('one\n0\n');
});

it('never starts when the checkout fails, the path is missing, or leads out', async () => {
  const home = temporaryHome();
  const { url } = repository(home);
  const provider = await openLocal(home);
  for (const git of [
    { url: `file://${home}/nothing` },
    { url, ref: 'no-such-branch' },
    { url, path: 'no/such/folder' },
    { url, path: '../../..' },
  ]) {
    const { state, text } = await run(provider, 'echo ran', { git });
    expect(state).toMatchObject({ reason: 'start-failed', detail: expect.any(String) });
    expect(text('stdout')).toBe('');
  }
});
