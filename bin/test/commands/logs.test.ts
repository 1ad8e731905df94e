import { afterEach, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { end, executionId, lines, serveExecution, status, using } from '../support/execution.ts';
import type { FakeServer, Stream } from '../support/fake-server.ts';

let server: FakeServer;
afterEach(() => server.close());

const t = Date.parse('2026-11-23T12:00:00Z');
/** Five lines, of which three are there when a reader comes; it says `RUNNING` to those that do not follow. */
const five: Stream = (socket, url) => {
  const after = Number(url.searchParams.get('after') ?? 0);
  const follow = url.searchParams.get('follow') !== '0';
  const frame = (number: number) =>
    lines(socket, number === 2 ? 'stderr' : 'stdout', `line ${number}\n`, {
      first: number,
      time: t + number * 1000,
      cursor: String(number),
    });
  status(socket, 'RUNNING');
  for (let number = after + 1; number <= (follow ? 5 : 3); number++) frame(number);
  if (follow) end(socket, { status: 'FAILED', exit_code: 9, lines: 5 });
  else end(socket, { status: 'RUNNING', exit_code: null, lines: 3, logs_complete: false });
};

it.each([
  [[], 'line 1\nline 3\nline 4\nline 5\n', 'line 2\n'],
  [['--no-follow'], 'line 1\nline 3\n', 'line 2\n'],
  [['--tail', '2'], 'line 3\nline 4\nline 5\n', 'line 2\n'],
  [['--tail', '0'], 'line 4\nline 5\n', ''],
  [['--tail', '1', '--no-follow'], 'line 3\n', ''],
  [['--since', '2026-11-23T12:00:03Z'], 'line 3\nline 4\nline 5\n', ''],
  [
    ['--since', '2026-11-23T12:00:02Z', '--tail', '1', '--no-follow', '--timestamps'],
    '2026-11-23T12:00:03.000Z line 3\n',
    '',
  ],
  [
    ['--no-follow', '--output', 'text'],
    '1 2026-11-23 12:00:01 line 1\n3 2026-11-23 12:00:03 line 3\n',
    '2 2026-11-23 12:00:02 line 2\n',
  ],
])('logs %j', async (flags, stdout, stderr) => {
  server = await serveExecution(five);
  expect(await runCli(['logs', executionId, ...flags], { env: using(server) })).toEqual({
    code: 0,
    signal: null,
    stdout,
    stderr,
  });
});

it('says why there is no line of a command that never started', async () => {
  server = await serveExecution((socket) =>
    end(socket, { status: 'FAILED', exit_code: 1, reason: 'start-failed', reason_detail: 'no such image', lines: 0 }),
  );
  expect(await runCli(['logs', executionId], { env: using(server) })).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '✗ The command never started: no such image\n',
  });
});

it('prints objects with --output json, as with --json', async () => {
  server = await serveExecution(five);
  const asOutput = await runCli(['logs', executionId, '--tail', '1', '--no-follow', '-o', 'json'], {
    env: using(server),
  });
  expect(
    asOutput.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { type: 'line', number: 3, stream: 'stdout', text: 'line 3' },
    { type: 'end', status: 'RUNNING', exit_code: null },
  ]);
  expect(
    (await runCli(['logs', executionId, '--tail', '1', '--no-follow', '--json'], { env: using(server) })).stdout,
  ).toBe(asOutput.stdout);
});

it('puts no time into the middle of a line that came in pieces', async () => {
  server = await serveExecution((socket) => {
    lines(socket, 'stdout', 'long\n', { time: t, continues: true });
    lines(socket, 'stdout', 'er\nnext\n', { time: t });
    end(socket);
  });
  const time = '2026-11-23T12:00:00.000Z';
  const { stdout } = await runCli(['logs', executionId, '--timestamps'], { env: using(server) });
  expect(stdout).toBe(`${time} longer\n${time} next\n`);
});

it('attach goes on after a cursor and exits with the code of the command', async () => {
  server = await serveExecution(five);
  expect(await runCli(['attach', executionId, '--after', '3'], { env: using(server) })).toMatchObject({
    code: 9,
    stdout: 'line 4\nline 5\n',
  });
});
