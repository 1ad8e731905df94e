import { expect, test } from 'vitest';
import { guardProvider } from '../src/guard.ts';
import { RunvoyError } from '../src/provider.ts';
import { createMemoryProvider } from './support/memory-provider.ts';

/** How often a call is made that fails each time with this error. */
async function callsOf(error: Error): Promise<number> {
  const provider = createMemoryProvider();
  let calls = 0;
  const secrets = {
    ...provider.secrets,
    reveal: () => {
      calls++;
      return Promise.reject(error);
    },
  };
  await expect(guardProvider({ ...provider, secrets }).secrets.reveal('name')).rejects.toThrow(error.message);
  return calls;
}

test('what a repetition may cure is repeated', async () => {
  expect(await callsOf(new RunvoyError('THROTTLED', 'slower'))).toBe(4);
  expect(await callsOf(new RunvoyError('SERVICE_UNAVAILABLE', 'soon', { retryAfterSeconds: 1 }))).toBe(4);
});

test('what it cannot cure, or only later, is not', async () => {
  expect(await callsOf(new RunvoyError('NOT_FOUND', 'never'))).toBe(1);
  expect(await callsOf(new RunvoyError('DATABASE_ERROR', 'later', { retryAfterSeconds: 5 }))).toBe(1);
});
