import { randomBytes } from 'node:crypto';
import type { MemoryControl } from '../../../core/test/support/memory-provider.ts';
import type { Viewer } from '../../src/harness.ts';

/** A viewer of the gateway in memory, which never waits for one: a stalled viewer is one whose texts nobody takes. */
export function createViewer({ control }: { control: MemoryControl }): Viewer {
  const connection = randomBytes(8).toString('hex');
  control.pushed.set(connection, []);
  let stalledAt: number | undefined;
  return {
    connection,
    received: () => control.pushed.get(connection)!.slice(0, stalledAt),
    stall() {
      stalledAt = control.pushed.get(connection)!.length;
    },
    async disconnect() {
      control.gone.add(connection);
    },
    get closed() {
      return control.gone.has(connection);
    },
  };
}
