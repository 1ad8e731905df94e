import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineHarness } from '@runvoy/conformance';
import plugin from './src/provider.ts';
import { removeFolder } from './src/remove-folder.ts';

const failure = (code: string) => () => Object.assign(new Error('raw'), { code });

/** How the suite gets a fresh deployment of this provider: a folder of its own for each check. */
export default defineHarness({
  plugin,
  async world(id) {
    const folder = await mkdtemp(join(tmpdir(), `runvoy-${id}-`));
    return { env: { FOLDER_PATH: folder, FOLDER_KEY: '0'.repeat(64) }, teardown: () => removeFolder(folder) };
  },
  module: new URL('./src/provider.ts', import.meta.url).href,
  invalidSettings: { FOLDER_PATH: 'not/absolute', FOLDER_KEY: 'too short' },
  errors: { STORAGE_FULL: failure('ENOSPC'), PERMISSION_DENIED: failure('EACCES') },
  notifications: { taskChanged: (changed) => ({ changed }), malformed: [{ changed: 1 }, { changed: null }] },
});
