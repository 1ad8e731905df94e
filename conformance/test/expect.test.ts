import { RunvoyError } from '@runvoy/core/provider';
import { describe, expect, it } from 'vitest';
import { deepEqual, Failure, rejects, sameItems, sameSequence, sameText } from '../src/expect.ts';

function failureOf(act: () => void): Pick<Failure, 'message' | 'expected' | 'seen'> {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return { message: error.message, expected: error.expected, seen: error.seen };
    throw error;
  }
  throw new Error('it did not fail');
}

describe('expectations', () => {
  it('compare what means the same: absent fields, bytes, rows without a prototype', () => {
    deepEqual({ a: 1, b: undefined } as object, Object.assign(Object.create(null), { a: 1 }), 'row');
    deepEqual<Uint8Array>(Buffer.from('x'), Uint8Array.of(120), 'bytes');
    expect(failureOf(() => deepEqual({ a: 1 }, { a: 2 }, 'row'))).toEqual({
      message: 'row',
      expected: '{ a: 2 }',
      seen: '{ a: 1 }',
    });
  });

  it('show where long things part', () => {
    const lines = Array.from({ length: 1000 }, (_, n) => `line ${n}`);
    expect(failureOf(() => sameSequence(lines.toSpliced(500, 1), lines, 'lines'))).toMatchObject({
      expected: "1000 items, item 500: 'line 500'",
      seen: "999 items, item 500: 'line 501'",
    });
    expect(failureOf(() => sameItems(['a', 'b', 'b'], ['a', 'b', 'c'], 'items'))).toMatchObject({
      expected: "3 items; lacking: 'c'",
      seen: "3 items; too many: 'b'",
    });
    const text = 'x'.repeat(100_000);
    expect(failureOf(() => sameText(`${text}y`, `${text}z`, 'text')).seen).toMatch(
      /^100001 bytes, from byte 99980: 'x+y'$/,
    );
  });

  it('are short, however much there is', () => {
    expect(failureOf(() => deepEqual('x'.repeat(1e6), 'y', 'text')).seen.length).toBeLessThan(600);
  });

  it('tell a wrong code from a raw error and from none', async () => {
    const refused = Promise.reject(new RunvoyError('NOT_FOUND', 'gone'));
    expect((await rejects(refused, ['CONFLICT', 'NOT_FOUND'], 'x')).message).toBe('gone');
    const seen = async (call: Promise<unknown>) =>
      (await rejects(call, 'CONFLICT', 'x').catch((error: Failure) => error)) as Failure;
    expect((await seen(Promise.reject(new RunvoyError('NOT_FOUND', 'gone')))).seen).toBe(
      'rejects with NOT_FOUND: gone',
    );
    expect((await seen(Promise.reject(new Error('raw')))).seen).toBe('rejects with a raw error: Error: raw');
    expect((await seen(Promise.resolve(7))).seen).toBe('resolves to 7');
  });
});
