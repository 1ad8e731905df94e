import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineHarness } from '../../src/index.ts';

/** The local provider, a home of its own for each check. */
export default defineHarness({
  plugin: async () => (await import('@runvoy/local')).default,
  async world(id) {
    const home = await mkdtemp(join(tmpdir(), `runvoy-${id}-`));
    return {
      env: { PATH: process.env.PATH ?? '', RUNVOY_HOME: home, RUNVOY_LOCAL_RUNTIME: 'process' },
      async teardown() {
        const pid = await readFile(join(home, 'local', 'supervisor.lock.pid'), 'utf8').catch(() => undefined);
        if (pid !== undefined) stop(Number(pid));
        await rm(home, { recursive: true, force: true, maxRetries: 10 });
      },
    };
  },
});

function stop(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone by itself.
  }
}
