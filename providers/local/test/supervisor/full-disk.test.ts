import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cleanUp, finished, openLocal, run, spec, supervisorPid, until, untilEnded } from '../harness.ts';

/** A small file system of its own, where this user may mount one. */
function smallDisk(megabytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'runvoy-disk-'));
  cleanUp(() => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  cleanUp(() => execFileSync('umount', ['--lazy', folder]));
  return folder;
}

it('on a full disk a run waits rather than lose a line, and a new one is refused', async ({ skip }) => {
  const home = smallDisk(24);
  if (!home) return skip('NOT CHECKED: a full disk (mounting a tmpfs needs root)');
  const provider = await openLocal(home);
  await run(provider, 'true');
  cleanUp(() => process.kill(supervisorPid(home)!, 'SIGKILL'));
  const ballast = join(home, 'ballast');
  const task = spec(`seq 1 1000000`);
  const megabyte = Buffer.alloc(1024 * 1024);
  try {
    for (let i = 0; i < 19; i++) writeFileSync(ballast, megabyte, { flag: 'a' });
  } catch {}
  await provider.tasks.start(task);
  const refused = await until(() =>
    provider.tasks.start(spec('true')).then(
      () => undefined,
      (error) => error,
    ),
  );
  expect(provider.classify(refused)).toBe('STORAGE_FULL');
  expect((await provider.tasks.inspect(task)).phase).toBe('running');
  rmSync(ballast);
  const state = await untilEnded(provider, task.executionId);
  expect(state).toMatchObject({ reason: 'exited', exitCode: 0 });
  const { text, chunks } = await finished(provider, task.executionId, state);
  expect(chunks.reduce((sum, chunk) => sum + chunk.count, 0)).toBe(1_000_000);
  expect(text().endsWith('\n999999\n1000000\n')).toBe(true);
});
