import { isRunvoyError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Store } from '../contract/store.ts';

/** How long an invitation can be claimed. */
export const claimMilliseconds = 15 * 60_000;
/** A reservation this old whose document is missing was made by a process that died. */
const abandonedMilliseconds = 60_000;

export function reservationOf(email: string): string {
  return `user:${email}`;
}

/**
 * Reserves a name for the user document `holder` (an API key hash): of several callers at the same time, one gets `true`.
 * Held until that document is revoked or gone, or the time to claim it is over; by then every index shows it.
 */
export async function reserve(
  { store, now }: { store: Store; now(): number },
  name: string,
  holder: string,
  call: CallOptions,
): Promise<boolean> {
  const times = { created_at: now(), expires_at: now() + claimMilliseconds };
  try {
    await store.insert('reservations', { reservation: name, digest: '', holder, ...times }, call);
    return true;
  } catch (error) {
    if (!isRunvoyError(error, 'CONFLICT')) throw error;
  }
  const held = await store.get('reservations', name, call);
  if (!held) return false;
  const user = await store.get('users', held.holder, call);
  const isFree = user ? user.revoked : held.created_at <= now() - abandonedMilliseconds;
  if (!isFree) return false;
  const when = { holder: held.holder, created_at: held.created_at };
  return (await store.update('reservations', name, { set: { holder, ...times }, when }, call)) !== undefined;
}
