import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defineHarness } from '@runvoy/conformance';
import plugin from '../src/index.ts';
import { endSupervisor, notifications, rawErrors, worldsFolder } from './support/conformance.ts';

export default defineHarness({
  plugin,
  module: new URL('../src/index.ts', import.meta.url).href,
  invalidSettings: { RUNVOY_HOME: 'not/absolute', RUNVOY_LOCAL_RUNTIME: 'virtual-machine' },
  errors: rawErrors,
  notifications,
  world(id) {
    const home = mkdtempSync(join(worldsFolder, `runvoy-${id}-`));
    const env = { PATH: process.env.PATH ?? '', RUNVOY_HOME: home, RUNVOY_LOCAL_RUNTIME: 'process' };
    const teardown = async () => {
      await endSupervisor(home);
      // A process that a check has killed may write its last while the folder is being removed.
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    };
    return { env, teardown };
  },
});
