import type { ErrorCode, OpenContext, Provider } from '@runvoy/core/provider';
import { guardCalls } from './calls.ts';
import { createChanges } from './changes.ts';
import { createLogs } from './logs.ts';
import { createSecrets } from './secrets.ts';
import { createStore } from './store.ts';
import { createTasks, onlyImage } from './tasks.ts';

// #region classify
const codes = new Map<unknown, ErrorCode>([
  ['ENOSPC', 'STORAGE_FULL'],
  ['EDQUOT', 'STORAGE_FULL'],
  ['EACCES', 'PERMISSION_DENIED'],
  ['EPERM', 'PERMISSION_DENIED'],
  ['EROFS', 'PERMISSION_DENIED'],
  ['EMFILE', 'CAPACITY_EXCEEDED'],
  ['EAGAIN', 'CAPACITY_EXCEEDED'],
]);

const classify = (error: unknown): ErrorCode | undefined =>
  codes.get((error as { code?: unknown } | undefined | null)?.code);
// #endregion

/** Nothing is open between two calls: files are opened for each, and runners are on their own. */
export function openFolder(folder: string, key: Buffer, { now, log }: OpenContext): Provider {
  const closing = new AbortController();
  const closed = closing.signal;
  const logs = createLogs(folder, closed);
  const { decode, listen } = createChanges(folder, closed, log);
  return {
    name: 'folder',
    // #region capabilities
    capabilities: {
      images: { no: 'commands run as processes of this machine, without isolation' },
      timeouts: true,
      outOfMemory: { no: 'the memory of a process of this machine is not limited' },
      stdin: { maximumBytes: 1024 * 1024 },
      masking: true,
      archive: { no: 'the runner writes the log itself: there is no other record' },
      identities: { no: 'commands run as the user of this machine' },
    },
    // #endregion
    store: guardCalls(createStore(folder, now), closed),
    secrets: guardCalls(createSecrets(folder, key, now), closed),
    tasks: guardCalls(createTasks(folder), closed),
    logs: { ...guardCalls(logs, closed), watch: logs.watch },
    identities: guardCalls({ exists: async () => false }, closed),
    defaultImage: onlyImage,
    defaultPlatform: 'Linux/X86_64',
    decode,
    listen,
    classify,
    async close() {
      closing.abort();
    },
  };
}
