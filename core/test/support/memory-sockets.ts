import type { Sockets } from '../../src/provider.ts';

/** Reference of the `sockets` facet. */
export function createMemorySockets(pushed: Map<string, string[]>, gone: Set<string>): Sockets {
  return {
    maximumBytes: 128 * 1024,
    lifetimeSeconds: 2 * 3600,
    async push(connection, text) {
      if (gone.has(connection)) return 'gone';
      pushed.set(connection, [...(pushed.get(connection) ?? []), text]);
      return 'sent';
    },
    async close(connection) {
      gone.add(connection);
    },
  };
}
