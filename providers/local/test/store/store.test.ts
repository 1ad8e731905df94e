import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ExecutionDocument, Provider } from '@runvoy/core/provider';
import { describe, expect, it } from 'vitest';
import { declarations } from '../../src/store/layout.ts';
import { planQuery } from '../../src/store/query.ts';
import { cleanUp, dataFolder, exitOf, openLocal, otherProcess, temporaryHome } from '../harness.ts';

const execution = (id: string, more: Partial<ExecutionDocument> = {}): ExecutionDocument => ({
  execution_id: id,
  created_by: 'ana@example.com',
  owned_by: ['ana@example.com'],
  command: 'true',
  image_id: 'host',
  status: 'STARTING',
  started_at: 1000,
  compute_platform: 'local',
  ...more,
});

const ids = async (page: Promise<ExecutionDocument[]>) => (await page).map((document) => document.execution_id);

async function pages(provider: Provider, limit: number, match?: Record<string, string | readonly string[]>) {
  const index = match ? 'status' : 'all';
  const seen: string[] = [];
  for (let after: { value: number; key: string } | undefined; ; ) {
    const page = await provider.store.query('executions', {
      index,
      limit,
      ...(match && { match }),
      ...(after && { after }),
    });
    seen.push(...page.map((document) => document.execution_id));
    const last = page.at(-1);
    if (page.length < limit || !last) return seen;
    after = { value: last.started_at, key: last.execution_id };
  }
}

describe('documents', () => {
  it('come back as they were inserted, whatever characters they have', async () => {
    const { store } = await openLocal(temporaryHome());
    for (const id of ['plain', 'with/slash#and space', 'a"b\'c', 'ünïcødé 🚀', 'x'.repeat(512)]) {
      const document = execution(id, {
        command: `\u0000 ${id} \r\n`,
        owned_by: [],
        exit_code: 0,
        logs_complete: false,
      });
      await store.insert('executions', document);
      expect(await store.get('executions', id)).toEqual(document);
    }
  });

  it('have one key once: a second insert changes nothing', async () => {
    const { store } = await openLocal(temporaryHome());
    await store.insert('executions', execution('a'));
    await expect(store.insert('executions', execution('a', { command: 'other' }))).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect((await store.get('executions', 'a'))?.command).toBe('true');
  });

  it('written at the same time fail one by one', async () => {
    const { store } = await openLocal(temporaryHome());
    const keys = ['a', 'b', 'a', 'c', 'b', 'd'];
    const settled = await Promise.allSettled(keys.map((key) => store.insert('executions', execution(key))));
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect((await ids(store.query('executions', { index: 'all', limit: 10 }))).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('read at the same time fail one by one', async () => {
    const { store } = await openLocal(temporaryHome());
    await store.insert('executions', execution('a'));
    const reads = await Promise.allSettled([
      store.get('executions', 'a'),
      store.query('executions', { index: 'colour', limit: 1 }),
      store.get('executions', 'a'),
    ]);
    expect(reads).toMatchObject([
      { value: execution('a') },
      { reason: { code: 'INVALID_REQUEST' } },
      { status: 'fulfilled' },
    ]);
  });

  it('are as whoever wrote last left them, also among many readers', async () => {
    const home = temporaryHome();
    const writer = await openLocal(home);
    const reader = await openLocal(home);
    await writer.store.insert('executions', execution('a', { exit_code: 0 }));
    const others = new AbortController();
    const reading = Array.from({ length: 8 }, async () => {
      while (!others.signal.aborted) await reader.store.get('executions', 'a');
    });
    for (let exit_code = 1; exit_code <= 200; exit_code++) {
      await writer.store.update('executions', 'a', { set: { exit_code } });
      expect((await reader.store.get('executions', 'a'))?.exit_code).toBe(exit_code);
    }
    others.abort();
    await Promise.all(reading);
  });

  it('whose reading was accepted are read when it closes', async () => {
    const { store, close } = await openLocal(temporaryHome());
    await store.insert('executions', execution('a'));
    const read = store.get('executions', 'a');
    await close();
    expect(await read).toEqual(execution('a'));
  });

  it('whose writing was accepted are there after close', async () => {
    const home = temporaryHome();
    const first = await openLocal(home);
    const written = first.store.insert('executions', execution('a'));
    await first.close();
    await written;
    expect(await (await openLocal(home)).store.get('executions', 'a')).toEqual(execution('a'));
  });

  it('that have expired are gone at once, everywhere, and make room', async () => {
    let now = 1000;
    const { store } = await openLocal(temporaryHome(), { now: () => now });
    const reservation = { reservation: 'r', digest: 'd', holder: 'h', created_at: 1000, expires_at: 2000 };
    await store.insert('reservations', reservation);
    now = 1999;
    expect(await store.get('reservations', 'r')).toEqual(reservation);
    now = 2000;
    expect(await store.get('reservations', 'r')).toBeUndefined();
    expect(await store.update('reservations', 'r', { set: { holder: 'x' } })).toBeUndefined();
    await store.insert('reservations', { ...reservation, holder: 'next', expires_at: 3000 });
    expect((await store.get('reservations', 'r'))?.holder).toBe('next');
    const user = {
      api_key_hash: 'k',
      user_email: 'a@b',
      role: 'admin',
      created_at: 1,
      revoked: false,
      expires_at: 2500,
    };
    await store.insert('users', user);
    expect(await store.query('users', { index: 'all', limit: 9 })).toEqual([user]);
    now = 2500;
    expect(await store.query('users', { index: 'all', limit: 9 })).toEqual([]);
  });

  it('are removed, and removing what is not there is no error', async () => {
    const { store } = await openLocal(temporaryHome());
    await store.insert('executions', execution('a'));
    await store.remove('executions', 'a');
    await store.remove('executions', 'a');
    expect(await store.get('executions', 'a')).toBeUndefined();
  });
});

describe('update', () => {
  it('changes the given fields where the condition holds, and nothing otherwise', async () => {
    const { store } = await openLocal(temporaryHome());
    await store.insert('executions', execution('a', { task_ref: 'ref' }));
    const changed = await store.update('executions', 'a', {
      set: { status: 'RUNNING', running_at: 7 },
      unset: ['task_ref'],
      when: { status: ['STARTING', 'RUNNING'], exit_code: null },
    });
    expect(changed).toEqual(execution('a', { status: 'RUNNING', running_at: 7 }));
    expect(await store.get('executions', 'a')).toEqual(changed);
    expect(
      await store.update('executions', 'a', { set: { exit_code: 1 }, when: { status: 'STARTING' } }),
    ).toBeUndefined();
    expect(
      await store.update('executions', 'a', { set: { exit_code: 1 }, when: { running_at: null } }),
    ).toBeUndefined();
    expect(await store.update('executions', 'none', { set: { exit_code: 1 } })).toBeUndefined();
    expect(await store.get('executions', 'a')).toEqual(changed);
  });

  it('of many processes whose conditions exclude each other, one applies', async () => {
    const home = temporaryHome();
    const { store } = await openLocal(home);
    await store.insert('executions', execution('counter', { exit_code: 0 }));
    const body = `
      for (let done = 0; done < 200; ) {
        const { exit_code } = await provider.store.get('executions', 'counter');
        if (await provider.store.update('executions', 'counter', { set: { exit_code: exit_code + 1 }, when: { exit_code } })) done++;
      }
      await provider.close();`;
    const others = [otherProcess(home, body), otherProcess(home, body), otherProcess(home, body)];
    expect(await Promise.all(others.map(exitOf))).toEqual([0, 0, 0]);
    expect((await store.get('executions', 'counter'))?.exit_code).toBe(600);
  });

  it('moves the document in the indexes', async () => {
    const { store } = await openLocal(temporaryHome());
    await store.insert('executions', execution('a'));
    await store.update('executions', 'a', { set: { task_ref: 'ref-1' } });
    expect(await ids(store.query('executions', { index: 'task', match: { task_ref: 'ref-1' }, limit: 5 }))).toEqual([
      'a',
    ]);
    await store.update('executions', 'a', { unset: ['task_ref'] });
    expect(await ids(store.query('executions', { index: 'task', match: { task_ref: 'ref-1' }, limit: 5 }))).toEqual([]);
  });
});

describe('query', () => {
  it('pages in the order of the index, ties included, each document once', async () => {
    const provider = await openLocal(temporaryHome());
    const documents = Array.from({ length: 57 }, (_, i) =>
      execution(`id-${(i * 31) % 57}`, { started_at: Math.floor(i / 5), status: i % 3 === 0 ? 'RUNNING' : 'STARTING' }),
    );
    for (const document of documents) await provider.store.insert('executions', document);
    const expected = (wanted: ExecutionDocument[]) =>
      wanted
        .sort((a, b) => b.started_at - a.started_at || (a.execution_id < b.execution_id ? 1 : -1))
        .map((document) => document.execution_id);
    for (const limit of [1, 4, 57, 1000]) {
      expect(await pages(provider, limit)).toEqual(expected([...documents]));
      expect(await pages(provider, limit, { status: 'RUNNING' })).toEqual(
        expected(documents.filter((document) => document.status === 'RUNNING')),
      );
      expect(await pages(provider, limit, { status: ['STARTING', 'RUNNING', 'FAILED'] })).toEqual(
        expected([...documents]),
      );
    }
  });

  it('bounds the order field on both sides, inclusively', async () => {
    const { store } = await openLocal(temporaryHome());
    for (const time of [1, 2, 3, 4]) await store.insert('executions', execution(`t${time}`, { started_at: time }));
    expect(await ids(store.query('executions', { index: 'all', from: 2, to: 3, limit: 10 }))).toEqual(['t3', 't2']);
  });

  it('matches booleans, and follows ascending indexes', async () => {
    const { store } = await openLocal(temporaryHome());
    for (const [name, isDefault] of [
      ['b', false],
      ['a', true],
      ['c', true],
    ] as const) {
      await store.insert('images', {
        ...{ image_id: name, image: name, image_registry: '', image_name: name, image_tag: '', is_default: isDefault },
        ...{ cpu: 1, memory: 1, runtime_platform: '', template_ref: '', owned_by: [], created_at: 1, updated_at: 1 },
      });
    }
    const defaults = await store.query('images', { index: 'default', match: { is_default: true }, limit: 5 });
    expect(defaults.map((image) => image.image_id)).toEqual(['a', 'c']);
    const all = await store.query('images', { index: 'all', limit: 2, after: { value: 'a', key: 'a' } });
    expect(all.map((image) => image.image_id)).toEqual(['b', 'c']);
  });

  it('walks an index and never sorts', async () => {
    const home = temporaryHome();
    const provider = await openLocal(home);
    await provider.store.insert('executions', execution('a'));
    const database = new DatabaseSync(join(dataFolder(home), 'runvoy.db'));
    cleanUp(() => database.close());
    for (const [collection, declaration] of Object.entries(declarations)) {
      for (const [index, { match }] of Object.entries(declaration.indexes)) {
        const query = { index, match: Object.fromEntries(match.map((field) => [field, 'x'])), limit: 1 };
        for (const after of [undefined, { value: 1, key: 'a' }]) {
          const { sql, parameters } = planQuery(collection, declaration, after ? { ...query, after } : query, 0);
          const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters[0]!);
          const steps = plan.map((row) => row.detail).join();
          expect(steps, sql).toMatch(/USING INDEX/);
          expect(steps, sql).not.toMatch(/TEMP B-TREE/);
        }
      }
    }
  });

  it('refuses an index that is not declared', async () => {
    const { store } = await openLocal(temporaryHome());
    await expect(store.query('executions', { index: 'colour', limit: 1 })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      field: 'index',
    });
  });
});
