import { createHash, createHmac } from 'node:crypto';
import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Store } from '../contract/store.ts';
import type { RunInput } from '../services.ts';

const lifetimeMilliseconds = 24 * 3600 * 1000;

/**
 * The execution id that a run shall have: the proposed one, or that of an earlier request of this user with the same key and
 * the same body. Rejects with CONFLICT when the body is another one.
 */
export async function reserveExecutionId(
  store: Store,
  email: string,
  input: RunInput,
  proposed: string,
  now: number,
  call: CallOptions,
): Promise<string> {
  if (input.idempotencyKey === undefined) return proposed;
  const reservation = `run/${sha256(JSON.stringify([email, input.idempotencyKey]))}`;
  const digest = digestOf(input, input.idempotencyKey);
  try {
    await store.insert(
      'reservations',
      {
        reservation,
        digest,
        holder: proposed,
        created_at: now,
        expires_at: now + lifetimeMilliseconds,
      },
      call,
    );
    return proposed;
  } catch (error) {
    if (!isRunvoyError(error, 'CONFLICT')) throw error;
    const earlier = await store.get('reservations', reservation, call);
    if (earlier?.digest === digest) return earlier.holder;
    throw new RunvoyError('CONFLICT', 'this idempotency key was used with another request', {
      field: 'Idempotency-Key',
      remedy: 'Use a new key for a new run; a key may only be repeated with exactly the same body.',
    });
  }
}

/**
 * Of everything that decides what is run; keyed, because variables may be secrets that are short enough to guess. Named values
 * are sorted, so that the order of JSON keys does not matter.
 */
function digestOf(input: RunInput, idempotencyKey: string): string {
  const { idempotencyKey: _, env, stdin, ...rest } = input;
  const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
  return createHmac('sha256', idempotencyKey)
    .update(JSON.stringify([Object.entries(rest).sort(byName), Object.entries(env).sort(byName)]))
    .update(stdin ?? '')
    .digest('base64url');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
