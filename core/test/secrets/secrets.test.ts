import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../src/secrets/secrets.ts';
import { contextOf } from '../support/context.ts';
import { failureOf } from '../support/failure-of.ts';
import { createMemoryProvider, MemoryFailure } from '../support/memory-provider.ts';

const ana = contextOf('ana@example.com', 'developer');
const bob = contextOf('bob@example.com', 'developer');

function openSecrets() {
  const clock = { time: 1000 };
  const provider = createMemoryProvider({ now: () => clock.time });
  return { clock, provider, control: provider.control, secrets: createSecrets({ provider, now: () => clock.time }) };
}

const token = { name: 'db/token', keyName: 'DB_TOKEN', value: 's3cret', description: 'for the database' };

describe('creating', () => {
  it('keeps the document in the store and the value in the vault', async () => {
    const { secrets, provider } = openSecrets();
    const document = await secrets.create(token, ana);
    expect(document).toMatchObject({
      secret_name: 'db/token',
      key_name: 'DB_TOKEN',
      created_by: 'ana@example.com',
      owned_by: ['ana@example.com'],
      created_by_request_id: ana.requestId,
    });
    expect(JSON.stringify(await provider.store.get('secrets', 'db/token'))).not.toContain('s3cret');
    expect(await secrets.get('db/token', bob)).toEqual({ ...document, value: 's3cret' });
    expect(await secrets.find('db/token', bob)).toEqual(document);
  });

  it('refuses a name that is taken, and leaves the value alone', async () => {
    const { secrets } = openSecrets();
    const before = await secrets.create(token, ana);
    const failure = await failureOf(secrets.create({ ...token, value: 'poison' }, bob));
    expect(failure).toMatchObject({ code: 'SECRET_ALREADY_EXISTS', message: 'secret already exists', field: 'name' });
    expect(await secrets.get('db/token', ana)).toEqual({ ...before, value: 's3cret' });
  });

  it('lets one of many win, with its own value', async () => {
    const { secrets } = openSecrets();
    const values = Array.from({ length: 6 }, (_, n) => `value ${n}`);
    const attempts = await Promise.allSettled(values.map((value) => secrets.create({ ...token, value }, ana)));
    const winners = values.filter((_, n) => attempts[n]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect((await secrets.get('db/token', ana)).value).toBe(winners[0]);
  });

  it('leaves nothing when the value cannot be written', async () => {
    const { secrets, provider, control } = openSecrets();
    control.fail('secrets.put', new MemoryFailure('PERMISSION_DENIED'));
    await expect(secrets.create(token, ana)).rejects.toThrow(MemoryFailure);
    expect(await secrets.list(ana)).toEqual([]);
    expect(await provider.secrets.list()).toEqual([]);
    await secrets.create(token, ana);
  });

  it('refuses the names of the values of runs', async () => {
    const { secrets } = openSecrets();
    expect(await failureOf(secrets.create({ ...token, name: 'exec/1' }, ana))).toMatchObject({
      code: 'INVALID_REQUEST',
      field: 'name',
    });
  });
});

describe('listing', () => {
  it('gives values, by name, and leaves out those that cannot be read', async () => {
    const { secrets, provider, control } = openSecrets();
    for (const name of ['c', 'a', 'b']) await secrets.create({ ...token, name, value: name }, ana);
    await provider.secrets.remove('b');
    expect((await secrets.list(ana)).map(({ secret_name, value }) => [secret_name, value])).toEqual([
      ['a', 'a'],
      ['b', undefined],
      ['c', 'c'],
    ]);
    control.fail('secrets.reveal', new MemoryFailure('PERMISSION_DENIED'), 3);
    expect((await secrets.list(ana)).map(({ value }) => value)).toEqual([undefined, undefined, undefined]);
  });
});

describe('listing without values', () => {
  it('reads none', async () => {
    const { secrets, provider } = openSecrets();
    const document = await secrets.create(token, ana);
    provider.secrets.reveal = () => Promise.reject(new Error('nobody asked for a value'));
    expect(await secrets.list(ana, { values: false })).toEqual([document]);
  });
});

describe('updating', () => {
  it('changes what is given; an empty text keeps what is there', async () => {
    const { clock, secrets } = openSecrets();
    await secrets.create(token, ana);
    clock.time = 2000;
    await secrets.update('db/token', { value: 'new', keyName: '', description: '' }, bob);
    expect(await secrets.get('db/token', ana)).toMatchObject({
      value: 'new',
      key_name: 'DB_TOKEN',
      description: 'for the database',
      created_by: 'ana@example.com',
      owned_by: ['ana@example.com'],
      updated_by: 'bob@example.com',
      updated_at: 2000,
    });
    await secrets.update('db/token', { keyName: 'OTHER' }, bob);
    expect(await secrets.get('db/token', ana)).toMatchObject({ value: 'new', key_name: 'OTHER' });
  });

  it('writes nothing for a secret that is not there', async () => {
    const { secrets, provider } = openSecrets();
    const failure = await failureOf(secrets.update('ghost', { value: 'x' }, ana));
    expect(failure).toMatchObject({ code: 'SECRET_NOT_FOUND', message: 'secret not found' });
    expect(await provider.secrets.list()).toEqual([]);
  });

  it('changes nothing when the value cannot be written', async () => {
    const { clock, secrets, control } = openSecrets();
    await secrets.create(token, ana);
    const before = await secrets.get('db/token', ana);
    clock.time = 2000;
    control.fail('secrets.put', new MemoryFailure('PERMISSION_DENIED'));
    await expect(secrets.update('db/token', { value: 'new', keyName: 'OTHER' }, bob)).rejects.toThrow(MemoryFailure);
    expect(await secrets.get('db/token', ana)).toEqual(before);
  });
});

describe('removing', () => {
  it('takes document and value; what is not there is said', async () => {
    const { secrets, provider } = openSecrets();
    await secrets.create(token, ana);
    await secrets.remove('db/token', bob);
    expect(await provider.secrets.list()).toEqual([]);
    expect(await failureOf(secrets.remove('db/token', bob))).toMatchObject({ code: 'SECRET_NOT_FOUND' });
    expect(await failureOf(secrets.get('db/token', bob))).toMatchObject({ code: 'SECRET_NOT_FOUND' });
  });

  it('can be repeated after a failure', async () => {
    const { secrets, control } = openSecrets();
    await secrets.create(token, ana);
    control.fail('secrets.remove', new MemoryFailure('THROTTLED'));
    await expect(secrets.remove('db/token', ana)).rejects.toThrow(MemoryFailure);
    await secrets.remove('db/token', ana);
  });
});

describe('revealing for a run', () => {
  it('gives each its variable, whatever the value', async () => {
    const { secrets } = openSecrets();
    await secrets.create(token, ana);
    await secrets.create({ name: 'pem', keyName: 'PEM', value: '-----\nline "2"\n\u{1f511}' }, ana);
    await secrets.create({ name: 'empty', keyName: 'EMPTY', value: '' }, ana);
    expect(await secrets.reveal(['db/token', 'pem', 'db/token', 'empty'], ana)).toEqual({
      DB_TOKEN: 's3cret',
      PEM: '-----\nline "2"\n\u{1f511}',
      EMPTY: '',
    });
    expect(await secrets.reveal([], ana)).toEqual({});
  });

  it('names the secret that is missing, or has no value', async () => {
    const { secrets, provider } = openSecrets();
    await secrets.create(token, ana);
    expect(await failureOf(secrets.reveal(['db/token', 'ghost'], ana))).toMatchObject({
      code: 'SECRET_NOT_FOUND',
      field: 'secrets',
      message: 'secret not found: ghost',
    });
    // Not even a name that no vault would take.
    expect(await failureOf(secrets.reveal(['no such name!'], ana))).toMatchObject({
      code: 'SECRET_NOT_FOUND',
      message: 'secret not found: no such name!',
    });
    await provider.secrets.remove('db/token');
    expect(await failureOf(secrets.reveal(['db/token'], ana))).toMatchObject({
      code: 'SECRET_NOT_FOUND',
      message: 'secret db/token has no value',
    });
  });

  it('refuses blank names, two secrets of one variable, and what is no variable', async () => {
    const { secrets, provider } = openSecrets();
    await secrets.create(token, ana);
    await secrets.create({ ...token, name: 'other' }, ana);
    expect(await failureOf(secrets.reveal(['db/token', ' '], ana))).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'secret names cannot be empty',
    });
    expect(await failureOf(secrets.reveal(['db/token', 'other'], ana))).toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'secrets db/token and other both set DB_TOKEN',
    });
    // As an older server may have left it.
    await provider.store.update('secrets', 'other', { set: { key_name: 'X; rm -rf /' } });
    expect(await failureOf(secrets.reveal(['other'], ana))).toMatchObject({
      code: 'INVALID_REQUEST',
      field: 'secrets',
    });
  });
});
