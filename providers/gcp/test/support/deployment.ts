import type { Provider } from '@runvoy/core/provider';
import { openProvider, quietLog } from '@runvoy/core/testing';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import plugin from '../../src/index.ts';
import { openCloud, type TestCloud } from './cloud.ts';

export interface Deployment {
  readonly cloud: TestCloud;
  readonly env: Record<string, string>;
  /** Connects to the deployment of this test, with more settings than its own; closed at its end. */
  open(more?: Record<string, string>): Promise<Provider>;
}

/** For all tests of a file: the cloud, and for each a project of its own. Skipped, loudly, where there are no emulators. */
export function useDeployment(): Deployment {
  let cloud: TestCloud;
  let env: Record<string, string>;
  let projects = 0;
  const opened: Provider[] = [];
  beforeAll(async () => {
    cloud = await openCloud();
  }, 120_000);
  afterAll(() => cloud?.close());
  beforeEach(({ skip }) => {
    const [missing] = cloud.emulators.missing;
    if (missing) skip(missing.join(': '));
    env = cloud.settings(`t-${process.pid}-${++projects}`);
    return async () => {
      await Promise.all(opened.splice(0).map((provider) => provider.close()));
    };
  });
  return {
    get cloud() {
      return cloud;
    },
    get env() {
      return env;
    },
    async open(more = {}) {
      const context = { now: Date.now, log: quietLog, role: 'all' } as const;
      const provider = await openProvider(plugin, { ...env, ...more }, context, 60);
      opened.push(provider);
      return provider;
    },
  };
}
