import { CONTRACT_VERSION, defineProvider } from '@runvoy/core/provider';
import { z } from 'zod';

// #region plugin
/** Documents and logs as journals in a folder, secret values as encrypted files, tasks as processes of this machine. */
export default defineProvider({
  name: 'folder',
  contract: CONTRACT_VERSION,
  config: z.object({
    FOLDER_PATH: z
      .string({ error: 'is missing: set it to the folder that keeps everything' })
      .startsWith('/', 'must be an absolute path'),
    FOLDER_KEY: z
      .string({ error: 'is missing: set it to what "openssl rand -hex 32" prints' })
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
  }),
  async open({ FOLDER_PATH: folder, FOLDER_KEY: key }, context) {
    // Imported here, as the SDK of a cloud would be: importing the package stays cheap.
    const { openFolder } = await import('./open-folder.ts');
    return openFolder(folder, Buffer.from(key, 'hex'), context);
  },
});
// #endregion
