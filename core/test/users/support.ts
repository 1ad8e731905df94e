import { createAccess } from '../../src/access/access.ts';
import type { Store } from '../../src/provider.ts';
import { createUsers } from '../../src/users/users.ts';
import { contextOf } from '../support/context.ts';
import { createMemoryProvider } from '../support/memory-provider.ts';
import { createQuietLog } from '../support/quiet-log.ts';

/** Users over a store in memory, and a clock that the test moves. `lagging`: no index shows what was written, ever. */
export async function openUsers({ policyText, lagging = false }: { policyText?: string; lagging?: boolean } = {}) {
  const clock = { time: Date.UTC(2026, 0, 1) };
  const now = () => clock.time;
  const provider = createMemoryProvider({ now });
  const log = createQuietLog();
  const access = await createAccess({ policyText });
  const store: Store = lagging ? { ...provider.store, query: async () => [] } : provider.store;
  const users = createUsers({ store, access, log, now });
  const admin = contextOf('root@example.com', 'admin');

  /** Invites and claims. */
  const join = async (email: string, role: string) => {
    const { claimToken } = await users.create({ email, role }, admin);
    return (await users.claim(claimToken, undefined, 'claim')).apiKey;
  };
  return { clock, provider, store: provider.store, control: provider.control, log, users, admin, join };
}

export const minutes = 60_000;
