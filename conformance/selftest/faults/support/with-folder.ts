import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment, Harness } from '../../../src/harness.ts';
import { referenceHarness } from '../../reference/harness.ts';
import { reference } from '../../reference/plugin.ts';

/** Deployments with a folder of this machine, `MEMORY_FOLDER`, for faults of providers that have one. */
export function withFolder(release: (folder: string) => void = () => undefined): Partial<Harness> {
  return {
    async world(id): Promise<Deployment> {
      const folder = mkdtempSync(join(tmpdir(), 'runvoy-fault-'));
      const made = await referenceHarness(reference).world(id);
      return {
        ...made,
        env: { ...made.env, MEMORY_FOLDER: folder },
        async teardown() {
          release(folder);
          rmSync(folder, { recursive: true, force: true });
          await made.teardown?.();
        },
      };
    },
  };
}
