import { appendFileSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dataFolder, openLocal, temporaryHome } from './harness.ts';

const entry = (requestId: string, time: number | string, message = 'm') =>
  JSON.stringify({ level: 'info', time, request_id: requestId, msg: message });

it('finds the entries of a request by its root field only, oldest first', async () => {
  const provider = await openLocal(temporaryHome());
  const logs = provider.backendLogs!;
  logs.write!(entry('one', 2000));
  logs.write!(entry('two', 1000));
  logs.write!(entry('one', '1970-01-01T00:00:01.500Z'));
  logs.write!(JSON.stringify({ time: 1, nested: { request_id: 'one' }, msg: 'about one' }));
  expect(await logs.find('one')).toEqual([
    { time: 1500, text: entry('one', '1970-01-01T00:00:01.500Z') },
    { time: 2000, text: entry('one', 2000) },
  ]);
  expect(await logs.find('none')).toEqual([]);
});

it('survives damage, starts a new file when one is large, and looks into both', async () => {
  const home = temporaryHome();
  const logs = (await openLocal(home)).backendLogs!;
  const path = join(dataFolder(home), 'server.log');
  logs.write!(entry('old', 1));
  await logs.find('old');
  appendFileSync(path, `${'x'.repeat(17 * 1024 * 1024)}\n{"request_id":"old", cut`);
  logs.write!(entry('old', 2));
  expect(await logs.find('old')).toHaveLength(2);
  expect(existsSync(`${path}.1`)).toBe(true);
  expect(statSync(path).size).toBeLessThan(1000);
});
