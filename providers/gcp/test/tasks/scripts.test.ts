import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runnerScript } from '../../src/tasks/scripts/runner.ts';
import { sidecarScript } from '../../src/tasks/scripts/sidecar.ts';

const shells = ['dash', 'bash', 'busybox'].filter((name) => spawnSync(name, ['--help']).error === undefined);
const argumentsOf = (shell: string): string[] => (shell === 'busybox' ? ['sh'] : []);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runvoy-scripts-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command as a container's first process does; `signal`: sent to it alone once it has printed `ready`. */
function run(shell: string, command: readonly string[], signal?: NodeJS.Signals): Promise<Ended> {
  const env = { PATH: `${folder}:${process.env.PATH}`, TMPDIR: folder, RUNVOY_EXECUTION_ID: 'e1', folder: 'kept' };
  const child = spawn(shell, [...argumentsOf(shell), '-c', runnerScript, 'runvoy', ...command], {
    env,
    // Bash takes a socket for a remote login, and reads the settings of that.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (data: Buffer) => {
      output[name] += data;
      if (signal && output.stdout.includes('ready')) child.kill(signal);
    });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
}

describe.each(shells)('the runner under %s', (shell) => {
  const sh = (text: string, signal?: NodeJS.Signals) => run(shell, ['/bin/sh', '-c', text], signal);

  test.each([
    ['exit 0', 0, '0'],
    ['exit 143', 143, '143'],
    ['kill -TERM $$', 143, '143 signal'],
    ['kill -KILL $$', 137, '137 signal'],
    ['no-such-program 2>/dev/null', 127, '127'],
    ['exit 125', 125, '125'],
  ])('%s ends with %i and the marker %s', async (text, code, marker) => {
    expect(await sh(text)).toEqual({ code, stdout: `### runvoy end e1 ${marker} 0 0 0\n`, stderr: '' });
  });

  test('lines of each stream are numbered, whatever they look like', async () => {
    const { stdout, stderr } = await sh(`printf '{"a":1}\\n\\n  \\nx\\tlast'; echo err >&2`);
    const numbered = stdout.split('\n').map((line) => /^ *(\d+)\t(.*)$/.exec(line)?.slice(1));
    expect(numbered.slice(0, 4)).toEqual([
      ['1', '{"a":1}'],
      ['2', ''],
      ['3', '  '],
      ['4', expect.stringMatching(/^x\tlast/)],
    ]);
    expect(stdout).toMatch(/### runvoy end e1 0 4 1 0\n$/);
    expect(stderr).toMatch(/^ *1\terr\n$/);
  });

  test('without a cat that numbers lines, awk does, and counts them', async () => {
    writeFileSync(join(folder, 'cat'), '#!/bin/sh\n[ "$1" != --version ] || exit 1\nexec /bin/cat "$@"\n', {
      mode: 0o755,
    });
    const { stdout, stderr } = await sh('seq 3; echo err >&2');
    expect(stdout).toBe('1\t1\n2\t2\n3\t3\n### runvoy end e1 0 3 1 0\n');
    expect(stderr).toBe('1\terr\n');
  });

  test('the command gets the signal once, and its own variables', async () => {
    const { code, stdout } = await sh(
      'trap "echo bye $folder; exit 3" TERM; echo ready; while :; do sleep 0.1; done',
      'SIGTERM',
    );
    expect(code).toBe(3);
    expect(stdout.match(/bye kept/g)).toHaveLength(1);
  });

  test('what it leaves in the background does not keep the run', async () => {
    const { code, stdout } = await sh('sleep 30 & echo started');
    expect([code, stdout.includes('started')]).toEqual([0, true]);
  });
});

describe.each(shells)('the sidecar under %s', (shell) => {
  test('makes variables of JSON exactly', () => {
    const values = [
      '',
      'plain',
      "it's",
      'a\\nb',
      'line\nbreak\n\n',
      '"$HOME" `id`',
      '\u0001\u0002\u001f\\u0001',
      '\r\t',
      '👩 é',
      '\\',
      '\\"',
    ];
    const bundle = Object.fromEntries(values.map((value, n) => [`V_${n}`, value]));
    const converter = /^to_exports\(\) \{[\s\S]*?^\}$/m.exec(sidecarScript)![0];
    const print = Object.keys(bundle).map((name) => `printf '%s' "$${name}"; printf '\\000'`);
    const script = `${converter}\neval "$(to_exports)"\n${print.join('\n')}`;
    const { stdout, stderr } = spawnSync(shell, [...argumentsOf(shell), '-c', script], {
      input: JSON.stringify(bundle),
    });
    expect(stderr.toString()).toBe('');
    expect(stdout.toString().split('\0').slice(0, -1)).toEqual(values);
  });
});
