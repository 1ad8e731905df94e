import { chmodSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cleanUp, dataFolder, exitOf, openLocal, otherProcess, temporaryHome } from '../harness.ts';

it('keeps values as they are', async () => {
  const { secrets } = await openLocal(temporaryHome());
  for (const value of ['', 'plain', 'line\nline\r\n\u0000', '🔑'.repeat(16_384)]) {
    await secrets.put('team/db.password-1', value);
    expect(await secrets.reveal('team/db.password-1')).toBe(value);
  }
  expect(await secrets.list()).toEqual(['team/db.password-1']);
  await secrets.remove('team/db.password-1');
  await secrets.remove('team/db.password-1');
  expect(await secrets.reveal('team/db.password-1')).toBeUndefined();
  expect(await secrets.list()).toEqual([]);
});

it('forgets what has expired', async () => {
  let now = 1000;
  const { secrets } = await openLocal(temporaryHome(), { now: () => now });
  await secrets.put('bundle', 'value', { expiresAt: 2000 });
  expect(await secrets.reveal('bundle')).toBe('value');
  now = 2000;
  expect(await secrets.reveal('bundle')).toBeUndefined();
  expect(await secrets.list()).toEqual([]);
});

it('encrypts at rest, with a key that only its user can read', async () => {
  const home = temporaryHome();
  const { secrets } = await openLocal(home);
  await secrets.put('name', 'a value that must not be readable on the disk');
  const folder = dataFolder(home);
  for (const file of ['runvoy.db', 'runvoy.db-wal']) {
    expect(readFileSync(join(folder, file)).includes('must not be readable')).toBe(false);
  }
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'secrets.key')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'secrets.key')).size).toBe(32);
});

it('takes access from others when the key file was opened up', async () => {
  const home = temporaryHome();
  const key = join(dataFolder(home), 'secrets.key');
  await (await openLocal(home)).secrets.put('name', 'value');
  chmodSync(key, 0o644);
  expect(await (await openLocal(home)).secrets.reveal('name')).toBe('value');
  expect(statSync(key).mode & 0o777).toBe(0o600);
});

it('says what is wrong when the key is another one, without showing anything', async () => {
  const home = temporaryHome();
  await (await openLocal(home)).secrets.put('name', 'value');
  rmSync(join(dataFolder(home), 'secrets.key'));
  const { secrets } = await openLocal(home);
  await secrets.put('other', 'makes a new key');
  await expect(secrets.reveal('name')).rejects.toMatchObject({
    code: 'CONFIGURATION_INVALID',
    remedy: expect.stringContaining('key file'),
  });
});

it('has one key, however many processes ask for it first', async () => {
  const home = temporaryHome();
  const body = (i: number) => `await provider.secrets.put('s${i}', 'value ${i}'); await provider.close();`;
  const others = Array.from({ length: 4 }, (_, i) => otherProcess(home, body(i)));
  expect(await Promise.all(others.map(exitOf))).toEqual([0, 0, 0, 0]);
  const provider = await openLocal(home);
  cleanUp(() => provider.close());
  for (let i = 0; i < 4; i++) expect(await provider.secrets.reveal(`s${i}`)).toBe(`value ${i}`);
});
