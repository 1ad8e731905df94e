import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dataFolder, openLocal, run, temporaryHome, until } from '../harness.ts';

it('a run sees its own variables and a few of the machine, never those of the server', async () => {
  const home = temporaryHome();
  const provider = await openLocal(home, { env: { RUNVOY_API_KEY: 'server-key', AWS_SECRET_ACCESS_KEY: 'cloud-key' } });
  const { text, executionId } = await run(provider, 'env', {
    env: { COLOUR: 'blue\nand green' },
    secretEnv: { PASSWORD: 'hunter2!' },
  });
  expect(text()).toContain('COLOUR=blue\nand green\n');
  expect(text()).toContain('PASSWORD=hunter2!\n');
  expect(text()).toContain(`PATH=${process.env.PATH}\n`);
  expect(text()).toContain(`RUNVOY_EXECUTION_ID=${executionId}\n`);
  expect(text()).not.toMatch(/server-key|cloud-key|RUNVOY_HOME|NODE_COMPILE_CACHE/);
});

it('works in a fresh empty folder that is removed afterwards', async () => {
  const home = temporaryHome();
  const provider = await openLocal(home);
  const { text } = await run(provider, 'pwd; ls -A | wc -l; echo data > file');
  const [folder, count] = text().split('\n');
  expect(folder).toContain(join(dataFolder(home), 'runs'));
  expect(Number(count)).toBe(0);
  await until(() => !existsSync(folder!));
});

it('standard streams can be opened again by name', async () => {
  const provider = await openLocal(temporaryHome());
  const { text, state } = await run(provider, 'echo out > /dev/stdout; echo err > /dev/stderr; cat /dev/stdin', {
    stdin: Buffer.from('in\n'),
  });
  expect(state.exitCode).toBe(0);
  expect(text('stdout')).toBe('out\nin\n');
  expect(text('stderr')).toBe('err\n');
});

it('takes 512 KiB of standard input, byte for byte', async () => {
  const provider = await openLocal(temporaryHome());
  const stdin = Buffer.alloc(512 * 1024, 0).map((_, i) => i % 251);
  const { text } = await run(provider, 'sha256sum', { stdin });
  const { createHash } = await import('node:crypto');
  expect(text()).toContain(createHash('sha256').update(stdin).digest('hex'));
});

it('has no standard input without one, and does not mind input that nobody reads', async () => {
  const provider = await openLocal(temporaryHome());
  expect((await run(provider, 'cat; echo done')).text()).toBe('done\n');
  const unread = await run(provider, 'exit 5', { stdin: Buffer.alloc(512 * 1024) });
  expect(unread.state).toMatchObject({ reason: 'exited', exitCode: 5 });
});

it('masks secrets in output, also where a long line is cut', async () => {
  const provider = await openLocal(temporaryHome());
  const secret = 'correct-horse-battery-staple';
  const { text } = await run(
    provider,
    'echo "a $PASSWORD b"; head -c 262130 /dev/zero | tr "\\0" x; printf "%s" "$PASSWORD"; head -c 300000 /dev/zero | tr "\\0" y',
    { secretEnv: { PASSWORD: secret }, maskedValues: [secret] },
  );
  const whole = text().replaceAll('\n', '');
  expect(text()).toContain('a *** b\n');
  expect(whole).not.toContain(secret);
  expect(whole).toContain('x***y');
});

it('writes no secret to the disk', async () => {
  const home = temporaryHome();
  const provider = await openLocal(home);
  const secret = 'a-secret-that-must-stay-in-memory';
  await run(provider, 'test -n "$PASSWORD"', { secretEnv: { PASSWORD: secret }, maskedValues: [secret] });
  const folder = dataFolder(home);
  const contents = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(folder, entry.name)));
  expect(contents.length).toBeGreaterThan(3);
  expect(contents.some((content) => content.includes(secret))).toBe(false);
});
