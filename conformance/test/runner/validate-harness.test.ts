import type { RunvoyError } from '@runvoy/core/provider';
import { describe, expect, it } from 'vitest';
import { validateHarness } from '../../src/runner/validate-harness.ts';
import { check, harness } from '../support/fake.ts';

const checks = [check('store.get.absent', async () => {})];

function problemOf(value: unknown): { field?: string; message: string } {
  try {
    validateHarness(value, checks);
  } catch (error) {
    const { field, message, remedy } = error as RunvoyError;
    expect(remedy).toBeTruthy();
    return { ...(field !== undefined && { field }), message };
  }
  throw new Error('it was accepted');
}

describe('a harness', () => {
  it('is accepted as it is', () => {
    const good = harness({ deviations: { 'store.get.absent': 'not yet' }, lag: { logs: 100 }, parallel: 2 });
    expect(validateHarness(good, checks)).toBe(good);
  });

  it.each<[string, unknown, string, RegExp]>([
    ['no object', 'text', 'harness', /not an object/],
    ['no plugin', { world: () => ({}) }, 'plugin', /defineProvider/],
    ['no world', { plugin: {} }, 'world', /must be a function/],
    ['a lag that is no number', { ...harness(), lag: { query: '5s' } }, 'lag.query', /number/],
    ['a member with a typing error', { ...harness(), paralel: 2 }, 'paralel', /did you mean parallel/],
    [
      'an error of no code',
      { ...harness(), errors: { TROTTLED: () => 1 } },
      'errors.TROTTLED',
      /did you mean THROTTLED/,
    ],
    ['an error that is no function', { ...harness(), errors: { THROTTLED: {} } }, 'errors.THROTTLED', /function/],
    [
      'a deviation without a reason',
      { ...harness(), deviations: { 'store.get.absent': ' ' } },
      'deviations.store.get.absent',
      /reason/,
    ],
    [
      'a deviation of no check',
      { ...harness(), deviations: { 'store.get.absnt': 'x' } },
      'deviations["store.get.absnt"]',
      /did you mean store.get.absent/,
    ],
    ['no checks at once', { ...harness(), parallel: 0 }, 'parallel', /at least 1/],
  ])('is refused: %s', (_name, value, field, message) => {
    expect(problemOf(value)).toMatchObject({ field, message: expect.stringMatching(message) });
  });

  it('is told of all its problems at once', () => {
    const { field } = problemOf({ ...harness(), world: 1, parallel: 0 });
    expect(field).toBe('world, parallel');
  });
});
