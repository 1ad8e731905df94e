import type { ConnectionDocument } from '../../contract/collections.ts';
import type { CallOptions } from '../../contract/plugin.ts';
import type { Store } from '../../contract/store.ts';
import { randomHex } from '../../random-hex.ts';

/** How long a sender that died stands in the way; a live one prolongs its lease with every page. */
const leaseMilliseconds = 15_000;

/** The right to send to one connection, so that what two notifications set off at once neither repeats nor overtakes anything. */
export interface Lease {
  /** The connection as it was when the lease was taken. */
  readonly connection: ConnectionDocument;
  /** Notes down how far it got, and goes on. `false`: the connection, or the lease, is gone. */
  advance(progress: Progress): Promise<boolean>;
  /** The same, for the last time. */
  release(progress: Progress): Promise<void>;
}

type Progress = Pick<ConnectionDocument, 'cursor' | 'status'>;

/** `undefined`: the connection is gone, or somebody else is sending, who looks again when he has finished. */
export async function takeLease(
  { store, now }: { store: Store; now(): number },
  { connection_id: id, sender: before }: ConnectionDocument,
  call: CallOptions,
): Promise<Lease | undefined> {
  if (before !== undefined && Number(before.split('.')[0]) > now()) return undefined;
  const name = () => `${now() + leaseMilliseconds}.${randomHex(8)}`;
  let sender = name();
  const connection = await store.update('connections', id, { set: { sender }, when: { sender: before ?? null } }, call);
  if (!connection) return undefined;
  return {
    connection,
    async advance(progress) {
      const next = name();
      const change = { set: { ...progress, sender: next }, when: { sender } };
      sender = next;
      return (await store.update('connections', id, change, call)) !== undefined;
    },
    async release(progress) {
      await store.update('connections', id, { set: progress, unset: ['sender'], when: { sender } }, call);
    },
  };
}
