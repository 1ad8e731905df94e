import { afterEach, describe, expect, it } from 'vitest';
import { runCli, startCli, watchCli } from '../support/cli.ts';
import { end, executionId, lines, serveExecution, status, using } from '../support/execution.ts';
import type { FakeServer, Stream } from '../support/fake-server.ts';
import { until } from '../support/until.ts';

let server: FakeServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(stream: Stream, routes?: Parameters<typeof serveExecution>[1]): Promise<Record<string, string>> {
  server = await serveExecution(stream, routes);
  return using(server);
}

const succeed: Stream = (socket) => {
  status(socket, 'STARTING');
  end(socket);
};

describe('output', () => {
  it('keeps the streams apart, byte for byte, and puts nothing else on standard output', async () => {
    const env = await serve((socket) => {
      status(socket, 'STARTING', 'pulling image');
      lines(socket, 'stdout', 'a\n\n\u001b[31mred\u001b[0m\r\n{"type":"end"}\n');
      lines(socket, 'stderr', 'oops\n');
      lines(socket, 'system', '### runvoy runner: checked out\n');
      lines(socket, 'stdout', 'é日本\n');
      end(socket, { status: 'FAILED', exit_code: 42 });
    });
    const result = await runCli(['run', 'anything'], { env });
    expect(result.stdout).toBe('a\n\n\u001b[31mred\u001b[0m\r\n{"type":"end"}\né日本\n');
    expect(result.stderr).toBe(`→ Execution ID: ${executionId}\noops\n### runvoy runner: checked out\n`);
    expect(result.code).toBe(42);
  });

  it('joins a line that came in pieces', async () => {
    const env = await serve((socket) => {
      lines(socket, 'stdout', 'one\nlong\n', { continues: true });
      lines(socket, 'stderr', 'between\n');
      lines(socket, 'stdout', 'er\nlast\n');
      end(socket);
    });
    expect((await runCli(['run', 'x'], { env })).stdout).toBe('one\nlonger\nlast\n');
  });

  it('says on one line of JSON each what happens, with --json', async () => {
    const env = await serve((socket) => {
      status(socket, 'STARTING', 'queued');
      lines(socket, 'stdout', 'a\nb\n', { first: 1, time: [1000, 2000], continues: true });
      end(socket, { status: 'FAILED', exit_code: 3, lines: 2 });
    });
    const result = await runCli(['run', '--json', 'x'], { env });
    const values = result.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(values).toMatchObject([
      { type: 'accepted', execution_id: executionId, status: 'STARTING', command: 'x' },
      { type: 'status', status: 'STARTING', detail: 'queued' },
      { type: 'line', number: 1, time: '1970-01-01T00:00:01.000Z', stream: 'stdout', text: 'a' },
      { type: 'line', number: 2, time: '1970-01-01T00:00:02.000Z', stream: 'stdout', text: 'b', continues: true },
      { type: 'end', status: 'FAILED', exit_code: 3, lines: 2, logs_complete: true },
    ]);
    expect(result.stdout).not.toContain('token=');
    expect(result.stderr).toBe('');
    expect(result.code).toBe(3);
  });

  it('loses nothing of a large output that a slow reader takes', async () => {
    const count = 200_000;
    const env = await serve((socket) => {
      for (let first = 1; first <= count; first += 1000)
        lines(socket, 'stdout', Array.from({ length: 1000 }, (_, index) => `line ${first + index}\n`).join(''), {
          first,
        });
      end(socket, { lines: count });
    });
    const child = startCli(['run', 'x'], { env });
    let text = '';
    child.stdout!.setEncoding('utf8');
    let paused = false;
    child.stdout!.on('data', (data) => {
      text += data;
      if (paused) return;
      paused = true;
      child.stdout!.pause();
      setTimeout(() => child.stdout!.resume(), 100);
    });
    expect((await watchCli(child).result).code).toBe(0);
    expect(text).toBe(Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join(''));
  });

  it('ends quietly with 141 when its reader goes away', async () => {
    const env = await serve(async (socket) => {
      let open = true;
      void socket.closed.then(() => {
        open = false;
      });
      while (open) {
        lines(socket, 'stdout', 'y\n'.repeat(1000));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    const child = startCli(['run', 'yes'], { env });
    const watched = watchCli(child);
    child.stdout!.once('data', () => child.stdout!.destroy());
    const result = await watched.result;
    expect(result.code).toBe(141);
    expect(result.stderr).toBe(`→ Execution ID: ${executionId}\n`);
  });
});

describe('the end', () => {
  it.each([
    [{ status: 'SUCCEEDED', exit_code: 0, reason: 'exited' }, 0, ''],
    [{ status: 'FAILED', exit_code: 7, reason: 'exited' }, 7, ''],
    [
      { status: 'FAILED', exit_code: 139, reason: 'signalled' },
      139,
      '✗ The command was ended by signal 11 (SIGSEGV)\n',
    ],
    [
      { status: 'STOPPED', exit_code: 130, reason: 'stopped', reason_detail: 'by ana@example.com' },
      130,
      '✗ The command was stopped: by ana@example.com\n',
    ],
    [
      { status: 'FAILED', exit_code: 124, reason: 'timed-out', reason_detail: 'after 60 s' },
      124,
      '✗ The command timed out and was stopped: after 60 s\n',
    ],
    [
      { status: 'FAILED', exit_code: 137, reason: 'out-of-memory' },
      137,
      '✗ The command used too much memory and was ended\n',
    ],
    [
      { status: 'FAILED', exit_code: 1, reason: 'start-failed', reason_detail: 'no such image' },
      1,
      '✗ The command never started: no such image\n',
    ],
    [{ status: 'FAILED', exit_code: null, reason: 'lost' }, 1, '✗ How the command ended cannot be known any more\n'],
    [
      { status: 'SUCCEEDED', exit_code: 0, logs_complete: false },
      0,
      '⚠ The log is incomplete: lines that the command printed did not reach the server in time\n',
    ],
  ])('%j', async (frame, code, said) => {
    const env = await serve((socket) => end(socket, { reason: undefined, ...frame }));
    const result = await runCli(['run', 'x'], { env });
    expect(result.code).toBe(code);
    expect(result.stderr).toBe(`→ Execution ID: ${executionId}\n${said}`);
  });
});

describe('the request', () => {
  const request = async (args: string[], options: Parameters<typeof runCli>[1] = {}) => {
    const env = await serve(succeed);
    const result = await runCli(args, { ...options, env: { ...env, ...options.env } });
    return { result, body: server!.requests[0]?.body, headers: server!.requests[0]?.headers };
  };

  it('joins words by one space', async () => {
    expect((await request(['run', 'echo', 'a', '-i', 'alpine', 'b  c'])).body).toEqual({
      command: 'echo a b  c',
      image: 'alpine',
    });
  });

  it('keeps the words after -- as they are', async () => {
    const words = ['printf', '%s\n', '', 'a b', '--json', '-x', '--', '$HOME', 'é'];
    expect((await request(['run', '--image', 'alpine', '--', ...words])).body).toEqual({
      image: 'alpine',
      argv: words,
    });
  });

  it('knows every flag of upstream', async () => {
    const flags = [
      '-i',
      'img',
      '-g',
      'https://github.com/a/b',
      '-r',
      'main',
      '-p',
      'sub',
      '--secret',
      'a,b',
      '--secret',
      'c',
    ];
    expect((await request(['run', ...flags, 'make'], { env: { RUNVOY_USER_A: '1', RUNVOY_USER_: 'x' } })).body).toEqual(
      {
        command: 'make',
        image: 'img',
        git_repo: 'https://github.com/a/b',
        git_ref: 'main',
        git_path: 'sub',
        secrets: ['a', 'b', 'c'],
        env: { A: '1' },
      },
    );
  });

  it('has --env over --env-from over RUNVOY_USER_, and takes values from here', async () => {
    const { writeFileSync } = await import('node:fs');
    const { temporaryFolder } = await import('../support/cli.ts');
    const folder = temporaryFolder();
    writeFileSync(`${folder.path}/vars`, '# comment\nA=file\nB="two words"\nC=file\n');
    try {
      const { body } = await request(
        ['run', '--env-from', `${folder.path}/vars`, '--env', 'A=flag=1', '-e', 'HERE', '--timeout', '1h30m', 'x'],
        { env: { RUNVOY_USER_A: 'user', RUNVOY_USER_D: 'user', HERE: 'taken' } },
      );
      expect(body).toEqual({
        command: 'x',
        timeout: 5400,
        env: { A: 'flag=1', B: 'two words', C: 'file', D: 'user', HERE: 'taken' },
      });
    } finally {
      folder.remove();
    }
  });

  it('sends piped input, and the idempotency key', async () => {
    const bytes = Buffer.from([0, 255, 10, 13]);
    const { body, headers } = await request(['run', '--idempotency-key', 'k1', 'cat'], { input: bytes });
    expect(body).toEqual({ command: 'cat', stdin: bytes.toString('base64') });
    expect(headers!['idempotency-key']).toBe('k1');
    expect(headers!['x-api-key']).toBe('test-key');
  });

  it('leaves input alone when told so, and sends nothing for an empty pipe', async () => {
    expect((await request(['run', '--no-stdin', 'cat'], { input: 'x' })).body).toEqual({ command: 'cat' });
    await server!.close();
    expect((await request(['run', 'cat'], { input: '' })).body).toEqual({ command: 'cat' });
  });

  it('says after a while that it reads input, when a pipe stays open', async () => {
    const env = await serve(succeed);
    const child = startCli(['run', 'cat'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const watched = watchCli(child);
    await until(() => watched.stderr().includes('--no-stdin'), 'the hint');
    child.stdin!.end('late');
    expect((await watched.result).code).toBe(0);
    expect(server!.requests[0]!.body).toMatchObject({ stdin: Buffer.from('late').toString('base64') });
  });

  it.each([
    [['run'], 'the command is empty'],
    [['run', ' '], 'the command is empty'],
    [['run', '--'], 'the command is empty'],
    [['run', 'a', '--', 'b'], 'there are words before and after --'],
    [['run', 'ls', '-la'], "unknown option '-la'"],
    [['run', '--env', 'NOT_SET_HERE', 'x'], '--env NOT_SET_HERE'],
    [['run', '--env', '=x', 'x'], 'has no name'],
    [['run', '--timeout', 'soon', 'x'], '--timeout is not a duration'],
    [['run', '--timeout', '1500ms', 'x'], '--timeout must be whole seconds'],
  ])('%j is refused with 252, before anything is sent', async (args, message) => {
    const { result, body } = await request(args);
    expect(result).toMatchObject({ code: 252, stdout: '' });
    expect(result.stderr).toContain(`✗ `);
    expect(result.stderr).toContain(message);
    expect(result.stderr).toContain('→ ');
    expect(body).toBeUndefined();
  });

  it('refuses input that is too large before it sends anything', async () => {
    const { result, body } = await request(['run', 'cat'], { input: Buffer.alloc(4 * 1024 * 1024 + 1) });
    expect(result.code).toBe(252);
    expect(result.stderr).toContain('standard input has more than 4,194,304 bytes');
    expect(body).toBeUndefined();
  });

  it('prints the id alone with --detach', async () => {
    const { result } = await request(['run', '-d', 'x']);
    expect(result).toMatchObject({ code: 0, stdout: `${executionId}\n`, stderr: '' });
    expect(server!.streams).toEqual([]);
  });
});

describe('a lost connection', () => {
  it('goes on where it was, and repeats nothing', async () => {
    let connections = 0;
    const env = await serve((socket, url) => {
      connections++;
      const from = Number(url.searchParams.get('after') ?? 0);
      for (let number = from + 1; number <= from + 3; number++)
        lines(socket, 'stdout', `line ${number}\n`, { first: number, cursor: String(number) });
      if (from + 3 < 12) setTimeout(() => socket.close(), 20);
      else end(socket, { lines: 12 });
    });
    const result = await runCli(['run', 'x'], { env });
    expect(result.stdout).toBe(Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join(''));
    expect(connections).toBe(4);
    expect(result.code).toBe(0);
  });
});

describe('Ctrl-C', () => {
  const endless: Stream = (socket) => {
    status(socket, 'RUNNING');
    lines(socket, 'stdout', 'working\n', { cursor: 'here' });
  };
  const interrupted = async (
    signal: NodeJS.Signals,
    routes?: Parameters<typeof serveExecution>[1],
    args = ['run', 'x'],
  ) => {
    const env = await serve(endless, routes);
    const child = startCli(args, { env });
    const watched = watchCli(child);
    await until(() => watched.stdout().includes('working'), 'output');
    child.kill(signal);
    return { child, ...watched };
  };

  it('once: leaves, says how to come back, and kills nothing', async () => {
    const started = performance.now();
    const { result } = await interrupted('SIGINT');
    const { code, stderr } = await result;
    expect(code).toBe(254);
    expect(stderr).toContain(`runvoy attach ${executionId} --after here`);
    expect(stderr).toContain(`runvoy kill ${executionId}`);
    expect(server!.requests.map(({ method }) => method)).not.toContain('DELETE');
    expect(performance.now() - started).toBeLessThan(8000);
  });

  it('twice: stops the execution, and says so only once the server accepted it', async () => {
    let accept: () => void = () => {};
    const accepted = new Promise<void>((resolve) => {
      accept = resolve;
    });
    const { child, stderr, result } = await interrupted('SIGINT', {
      [`DELETE /api/v1/executions/${executionId}`]: async () => {
        await accepted;
        return { body: { execution_id: executionId, message: 'Execution termination initiated' } };
      },
    });
    await until(() => stderr().includes('Detached'), 'the first message');
    child.kill('SIGINT');
    await until(() => server!.requests.some(({ method }) => method === 'DELETE'), 'the request to stop');
    expect(stderr()).not.toContain('is being stopped');
    accept();
    expect((await result).code).toBe(130);
    expect(stderr()).toContain('The execution is being stopped');
  });

  it('twice, when it had ended: says so', async () => {
    const { child, stderr, result } = await interrupted('SIGINT', {
      [`DELETE /api/v1/executions/${executionId}`]: { status: 204 },
    });
    await until(() => stderr().includes('Detached'), 'the first message');
    child.kill('SIGINT');
    expect((await result).stderr).toContain('had ended already');
  });

  it('SIGTERM leaves at once', async () => {
    const { result } = await interrupted('SIGTERM');
    const { code, stderr } = await result;
    expect(code).toBe(254);
    expect(stderr).toContain('Detached');
    expect(server!.requests.map(({ method }) => method)).not.toContain('DELETE');
  });

  it('leaves an attached execution in the same way', async () => {
    const { result } = await interrupted('SIGTERM', undefined, ['attach', executionId]);
    expect((await result).code).toBe(254);
  });

  it('before the server answered: waits for the id, then leaves', async () => {
    let answer: () => void = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const env = await serve(endless, {
      'POST /api/v1/run': async () => {
        await answered;
        const body = { execution_id: executionId, log_url: '', status: 'STARTING', command: 'x', image_id: 'i' };
        return { status: 202, body };
      },
    });
    const child = startCli(['run', 'x'], { env });
    const { result } = watchCli(child);
    await until(() => server!.requests.length > 0, 'the request');
    child.kill('SIGINT');
    answer();
    const { code, stderr } = await result;
    expect(code).toBe(254);
    expect(stderr).toContain(`runvoy attach ${executionId}`);
  });
});
