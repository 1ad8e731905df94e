import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defineHarness } from '../../src/index.ts';

const run = promisify(execFile);

/** The local provider, a home of its own for each check. */
export default defineHarness({
  plugin: async () => (await import('@runvoy/local')).default,
  async world(id) {
    const home = await mkdtemp(join(tmpdir(), `runvoy-${id}-`));
    return {
      env: { PATH: process.env.PATH ?? '', RUNVOY_HOME: home, RUNVOY_LOCAL_RUNTIME: 'process' },
      async teardown() {
        await stopSupervisors(home);
        await rm(home, { recursive: true, force: true, maxRetries: 10 });
      },
    };
  },
});

/** By their arguments, because one that is still waiting for its turn has left no process id anywhere. */
async function stopSupervisors(home: string): Promise<void> {
  const { stdout } = await run('ps', ['-ww', '-eo', 'pid=,args='], { maxBuffer: 16 << 20 });
  for (const line of stdout.split('\n')) {
    if (!line.includes(`${home}/local`)) continue;
    try {
      process.kill(Number.parseInt(line, 10), 'SIGKILL');
    } catch {
      // It has gone by itself.
    }
  }
}
