import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createLogger, type LogLevel } from '../../src/logging/logger.ts';
import { RunvoyError } from '../../src/provider.ts';

function capture(level: LogLevel = 'info', tee?: (line: string) => void) {
  const lines: string[] = [];
  const log = createLogger({ level, write: (line) => void lines.push(line), ...(tee && { tee }) });
  return { log, lines, entries: () => lines.map((line) => JSON.parse(line)) };
}

test('one JSON object a line, with time, level, message and the fields', () => {
  const { log, lines, entries } = capture();
  log.info({ request_id: 'r1', status: 200 }, 'request');
  log.error({}, 'two\nlines');
  expect(lines.every((line) => line.endsWith('}\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
  expect(entries()).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      request_id: 'r1',
      status: 200,
      msg: 'request',
    },
    { level: 'error', time: expect.any(String), msg: 'two\nlines' },
  ]);
});

test('what is below the level is not written', () => {
  const { log, lines } = capture('warn');
  log.debug({}, 'a');
  log.info({}, 'b');
  log.warn({}, 'c');
  expect(lines).toHaveLength(1);
  const silent = capture('silent');
  silent.log.error({}, 'd');
  expect(silent.lines).toEqual([]);
});

test('errors keep type, code, text, stack and causes, and nothing that an SDK hung on them', () => {
  const { log, lines, entries } = capture();
  const raw = Object.assign(new TypeError('connect failed'), {
    code: 'ECONNREFUSED',
    config: { headers: 'Bearer hunter2' },
  });
  log.error({ error: new RunvoyError('DATABASE_ERROR', 'the store does not answer', { cause: raw }) }, 'failed');
  expect(entries()[0].error).toMatchObject({
    type: 'RunvoyError',
    code: 'DATABASE_ERROR',
    message: 'the store does not answer',
    stack: expect.stringContaining('logger.test.ts'),
    cause: { type: 'TypeError', code: 'ECONNREFUSED', message: 'connect failed' },
  });
  expect(lines[0]).not.toContain('hunter2');
});

test('values under secret names are struck out, at any depth, without touching the fields that were given', () => {
  const { log, lines, entries } = capture();
  const fields = {
    api_key: 'k1',
    user: { email: 'a@b.c', token: 't1' },
    list: [{ value: 'v1' }, 'plain'],
    keep: 'kept',
  };
  log.info(fields, 'x');
  expect(lines[0]).not.toMatch(/k1|t1|v1/);
  expect(entries()[0]).toMatchObject({
    api_key: '[redacted]',
    user: { email: 'a@b.c', token: '[redacted]' },
    list: [{ value: '[redacted]' }, 'plain'],
    keep: 'kept',
  });
  expect(fields.user.token).toBe('t1');
});

test('each line also goes to the tee, whose failure is nobody’s business', () => {
  const teed: string[] = [];
  const { log, lines } = capture('info', (line) => {
    teed.push(line);
    throw new Error('disk full');
  });
  log.info({ n: 1 }, 'x');
  expect(lines).toEqual(teed.map((line) => `${line}\n`));
});

test('by default lines go to standard error, and none is lost when the process ends', () => {
  const logger = fileURLToPath(new URL('../../src/logging/logger.ts', import.meta.url));
  const program = `
    import { createLogger } from ${JSON.stringify(logger)};
    const log = createLogger({ level: 'info' });
    for (let n = 0; n < 100; n++) log.info({ n }, 'line');
    process.exit(0);
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=source', '--input-type=module', '-e', program],
    {
      encoding: 'utf8',
    },
  );
  expect(stdout).toBe('');
  const numbers = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).n);
  expect(numbers).toEqual(Array.from({ length: 100 }, (_, n) => n));
});
