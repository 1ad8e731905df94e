import { isRunvoyError, type RunvoyError } from '../../src/provider.ts';

/** The `RunvoyError` that a call rejects with; anything else fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<RunvoyError> {
  try {
    await call;
  } catch (error) {
    if (isRunvoyError(error)) return error;
    throw error;
  }
  throw new Error('the call was expected to fail');
}
