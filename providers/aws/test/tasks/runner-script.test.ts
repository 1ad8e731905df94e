import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { formatOutput, parseOutput } from '../../src/tasks/output-form.ts';
import { exchangeFolder, runnerScript } from '../../src/tasks/runner-script.ts';

const find = (program: string) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));

const folder = mkdtempSync(join(tmpdir(), 'runvoy-runner-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Shells that images have as /bin/sh; busybox with nothing but its own programs. */
const shells: [string, string[] | undefined, string][] = [
  ['dash', find('dash') ? ['dash'] : undefined, process.env.PATH ?? ''],
  ['bash, called sh', withLink('bash-as-sh', 'bash', ['sh']), process.env.PATH ?? ''],
  [
    'busybox',
    withLink('busybox-only', 'busybox', ['sh', 'sed', 'awk', 'sleep', 'cat', 'mkdir', 'rm', 'printf']),
    join(folder, 'busybox-only'),
  ],
];

function withLink(name: string, program: string, names: string[]): string[] | undefined {
  const target = find(program);
  if (target === undefined) return undefined;
  const place = mkdtempSync(join(folder, `${name}-`));
  for (const it of names) symlinkSync(target, join(place, it));
  symlinkSync(place, join(folder, name));
  return [join(folder, name, 'sh')];
}

/** Variables of a user's, by any letter. */
const letters = Object.fromEntries([...'abcdefghijklmnopqrstuvwxyz'].map((name) => [name, `${name}${name}`]));

/** In a process group of its own, since process 1 would be the test's container. */
async function run(shell: string[], path: string, argv: string[], options: { timeout?: number; stopOn?: string } = {}) {
  const work = mkdtempSync(join(folder, 'exchange-'));
  const child = spawn(shell[0]!, ['-c', runnerScript.replaceAll(exchangeFolder, work), 'runvoy', ...argv], {
    detached: true,
    env: { ...letters, PATH: path, RUNVOY_EXECUTION_ID: 'abc', RUNVOY_TIMEOUT: String(options.timeout ?? 60) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let stopped = false;
  child.stdout.on('data', (data) => {
    output += data;
    if (stopped || options.stopOn === undefined || !output.includes(options.stopOn)) return;
    stopped = true;
    process.kill(child.pid!, 'SIGTERM');
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  // What a container's end would take with it.
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    // Nothing was left.
  }
  await new Promise((resolve) =>
    child.stdout.readableEnded ? resolve(undefined) : child.stdout.once('close', resolve),
  );
  return { code, lines: output.split('\n').filter((line) => line !== '') };
}

describe.each(shells)('the runner script in %s', (_name, shell, path) => {
  const inShell = test.skipIf(shell === undefined);
  const sh = (command: string) => ['/bin/sh', '-c', command];

  inShell('tells the streams apart, and keeps empty and odd lines and a last one without a newline', async () => {
    const command = 'echo out; echo err >&2; echo; printf "\\033[mx\\n"; printf two';
    const { code, lines } = await run(shell!, path, sh(command));
    const marker = lines.pop();
    expect({ code, marker }).toEqual({ code: 0, marker: '### runvoy end abc 0' });
    const parsed = lines.map((line) => parseOutput(line));
    const on = (stream: string) => parsed.filter((line) => line?.stream === stream).map((line) => line?.text);
    expect(on('stdout')).toEqual(['out', '', '\u001b[mx', 'two']);
    expect(on('stderr')).toEqual(['err']);
  });

  inShell('the command sees the variables as they were given', async () => {
    const { lines } = await run(shell!, path, sh('for n in i t d e k z p x s; do eval echo "\\$$n"; done'));
    expect(lines.slice(0, -1)).toEqual([...'itdekzpxs'].map((name) => name + name));
  });

  inShell.each([
    ['exit 137', 137, ['### runvoy end abc 137']],
    ['kill -KILL $$', 137, ['### runvoy cause abc signalled 9', '### runvoy end abc 137']],
    ['kill -TERM $$', 143, ['### runvoy cause abc signalled 15', '### runvoy end abc 143']],
    ['exit 3', 3, ['### runvoy end abc 3']],
  ])('%s is told for what it is', async (command, code, lines) => {
    expect(await run(shell!, path, sh(command))).toEqual({ code, lines });
  });

  inShell('a command that is over its time is ended, and told', async () => {
    const { code, lines } = await run(shell!, path, sh('sleep 300'), { timeout: 1 });
    expect(code).toBe(124);
    expect(lines.slice(-2)).toEqual(['### runvoy cause abc timed-out 124', '### runvoy end abc 124']);
  });

  inShell('SIGTERM reaches the command, which may clean up', async () => {
    const command = "trap 'echo cleaning; exit 3' TERM; echo ready; while :; do sleep 0.1; done";
    const { lines } = await run(shell!, path, sh(command), { stopOn: 'ready' });
    expect(lines).toContain('cleaning');
    expect(lines.at(-1)).toBe('### runvoy end abc 3');
  });
});

test('a line in the form of the runner script is parsed as it was', () => {
  for (const text of [
    '',
    'plain',
    '\u001b[m',
    '\u001b[;mx',
    '\u001b[;;m',
    '\u001b[31mred\u001b[0m',
    ' ',
    '\u001b[;;;;mx',
  ])
    for (const stream of ['stdout', 'stderr'] as const)
      expect(parseOutput(formatOutput(stream, text))).toEqual({ stream, text });
});
