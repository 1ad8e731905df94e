import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it, vi } from 'vitest';

/** A run that keeps a program, tells its id, and ends in some way. */
const script = (end: string) => `
import { keepProcess } from ${JSON.stringify(new URL('../../src/emulators/kept-process.ts', import.meta.url).href)};
const kept = keepProcess(['/bin/sh', '-c', 'echo $$ > "$0"; exec sleep 300', process.argv[1]]);
import { readFileSync } from 'node:fs';
const timer = setInterval(() => {
  let pid = '';
  try { pid = readFileSync(process.argv[1], 'utf8').trim(); } catch {}
  if (pid === '') return;
  clearInterval(timer);
  console.log(pid);
  ${end}
}, 10);
`;

const started: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function keptBy(end: string): Promise<{ run: ChildProcess; pid: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'runvoy-kept-'));
  folders.push(folder);
  const run = spawn(
    process.execPath,
    ['--conditions=source', '--input-type=module', '-e', script(end), join(folder, 'pid')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  started.push(run);
  const [line] = (await once(createInterface(run.stdout!), 'line')) as [string];
  return { run, pid: Number(line) };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const untilGone = (pid: number) =>
  vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 20 });

it.each([
  ['ends normally', 'process.exit(0)'],
  ['fails', 'throw new Error("on purpose, by a test")'],
  ['forgets it', ''],
])('nothing is left of a run that %s', async (_how, end) => {
  const { pid } = await keptBy(end);
  await untilGone(pid);
});

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('nothing is left of a run that %s ends', async (signal) => {
  const { run, pid } = await keptBy('setInterval(() => {}, 1000);');
  expect(isAlive(pid)).toBe(true);
  run.kill(signal);
  await untilGone(pid);
});

it('nothing is left after stop', async () => {
  const { run, pid } = await keptBy('void kept.stop(); setInterval(() => {}, 1000);');
  await untilGone(pid);
  expect(run.exitCode).toBe(null);
});
