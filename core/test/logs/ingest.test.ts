import { describe, expect, test } from 'vitest';
import { endMarker, findEndMarker } from '../../src/logs/end-marker.ts';
import { createIngest } from '../../src/logs/ingest.ts';
import type { ExecutionDocument, LogLine } from '../../src/provider.ts';
import { createMemoryProvider } from '../support/memory-provider.ts';
import { createQuietLog } from '../support/quiet-log.ts';

const id = '0123456789abcdef0123456789abcdef';
const call = { requestId: 'r' };
let number = 0;
const line = (text: string, name = String(number++)): LogLine => ({ id: name, time: 1, stream: 'stdout', text });

async function provide(fields: Partial<ExecutionDocument> = {}, bundle?: Record<string, string>) {
  const provider = createMemoryProvider();
  await provider.store.insert('executions', {
    execution_id: id,
    created_by: 'ana@example.com',
    owned_by: [],
    command: 'true',
    image_id: 'host',
    status: 'RUNNING',
    started_at: 1,
    compute_platform: 'memory',
    ...(bundle && { secrets_bundle: `exec/${id}` }),
    ...fields,
  });
  if (bundle) await provider.secrets.put(`exec/${id}`, JSON.stringify(bundle));
  const text = async () =>
    (await provider.logs.read(id)).chunks.map((chunk) => Buffer.from(chunk.text).toString()).join('');
  return { provider, ingest: createIngest({ provider, log: createQuietLog(), onStarted: async () => {} }), text };
}

describe('ingest', () => {
  test('masks with the values of the run, revealing them once', async () => {
    const { provider, ingest, text } = await provide({}, { TOKEN: 's3cret-value' });
    await ingest.append(id, [line('a s3cret-value b'), line(''), line('c')], call);
    await ingest.append(id, [line(Buffer.from('s3cret-value').toString('base64'))], call);
    expect(await text()).toBe('a *** b\n\nc\n***\n');
    expect(provider.control.calls['secrets.reveal']).toBe(1);
    expect(provider.control.calls['store.get']).toBe(1);
  });

  test('keeps lines without secrets as they are', async () => {
    const { ingest, text } = await provide();
    await ingest.append(id, [line('{"a":1}'), line('\x1b[1m')], call);
    expect(await text()).toBe('{"a":1}\n\x1b[1m\n');
  });

  test('understands the end marker and leaves it out', async () => {
    const { provider, ingest, text } = await provide();
    await ingest.append(id, [line('last'), line(endMarker(id, 0))], call);
    expect(await text()).toBe('last\n');
    expect(await provider.logs.ended(id)).toBe(true);
  });

  test('keeps what a command printed in front of the marker without a newline', async () => {
    const { ingest, text } = await provide();
    await ingest.append(id, [line(`no newline${endMarker(id, 3)}`)], call);
    expect(await text()).toBe('no newline\n');
  });

  test('drops lines of executions that have no record', async () => {
    const { provider, ingest } = await provide();
    await ingest.append('ffff', [line('x')], call);
    expect((await provider.logs.read('ffff')).chunks).toEqual([]);
  });

  test('does not show what it cannot mask any more', async () => {
    const { ingest, text } = await provide({ status: 'SUCCEEDED', completed_at: 2, secret_names: ['db'] });
    await ingest.append(id, [line('the s3cret-value')], call);
    expect(await text()).toMatch(/^\*\*\* \(withheld: .*\)\n$/);
  });

  test('fills gaps from the archive, and repeats nothing', async () => {
    const { provider, ingest, text } = await provide({}, { TOKEN: 's3cret-value' });
    const lines = [line('one', 'a'), line('two s3cret-value', 'b'), line(endMarker(id, 0), 'c')];
    provider.control.archives.set(id, lines);
    await ingest.append(id, [lines[0]!], call);
    await ingest.fillGaps(id, call);
    await ingest.fillGaps(id, call);
    expect(await text()).toBe('one\ntwo ***\n');
    expect(await provider.logs.ended(id)).toBe(true);
  });
});

test.each([
  [endMarker(id, 0), { exitCode: 0, before: '' }],
  [`${endMarker(id, 137)}\r`, { exitCode: 137, before: '' }],
  [
    `${endMarker(id, 143)} signal 12 3 0`,
    { exitCode: 143, remark: 'signal', before: '', counts: { stdout: 12, stderr: 3, system: 0 } },
  ],
  [`${endMarker(id, 0)} 1 0 2`, { exitCode: 0, before: '', counts: { stdout: 1, stderr: 0, system: 2 } }],
  [`x${endMarker(id, 1)}`, { exitCode: 1, before: 'x' }],
  [endMarker('ffff', 0), undefined],
  [`${endMarker(id, 0)} and more`, undefined],
  ['', undefined],
])('findEndMarker in %j', (text, match) => {
  expect(findEndMarker(id, text)).toEqual(match);
});

describe('a run that is not known to run', () => {
  const open = async () => {
    const { provider } = await provide({ status: 'STARTING' });
    const started: string[] = [];
    const ingest = createIngest({
      provider,
      log: createQuietLog(),
      onStarted: async ({ execution_id }) => {
        started.push(execution_id);
        // As it is when the run turns out to be over: then its end waits for what this call is a part of.
        await new Promise(() => undefined);
      },
    });
    return { ingest, started };
  };

  test('is told of once, when its first lines come, and these do not wait for that', async () => {
    const { ingest, started } = await open();
    expect(await Promise.all([ingest.append(id, [line('a')], call), ingest.append(id, [line('b')], call)])).toEqual([
      true,
      true,
    ]);
    await ingest.append(id, [line('c')], call);
    expect(started).toEqual([id]);
  });

  test('is not told of by what fills gaps at its end', async () => {
    const { ingest, started } = await open();
    await ingest.fillGaps(id, call);
    expect(started).toEqual([]);
  });
});
