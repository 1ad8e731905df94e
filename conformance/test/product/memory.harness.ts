import { defineProvider } from '@runvoy/core/provider';
import { createMemoryProvider, type MemoryProvider } from '../../../core/test/support/memory-provider.ts';
import { defineHarness } from '../../src/index.ts';

const deployments = new Map<string, MemoryProvider>();

/** The contract in memory, without processes: for scenarios that run nothing. */
export default defineHarness({
  plugin: defineProvider<string>({
    name: 'memory',
    contract: '1.0',
    config: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (env) => ({ value: (env as Record<string, string>).MEMORY_DEPLOYMENT! }),
      },
    },
    async open(id, { now }) {
      const provider = deployments.get(id) ?? createMemoryProvider({ now });
      deployments.set(id, provider);
      return { ...provider, close: async () => undefined };
    },
  }),
  images: { runnable: 'ghcr.io/acme/tool:1.2', unknown: 'ghcr.io/acme/unknown' },
  world: (id) => ({
    env: { MEMORY_DEPLOYMENT: id },
    async teardown() {
      await deployments.get(id)?.close();
      deployments.delete(id);
    },
  }),
});
