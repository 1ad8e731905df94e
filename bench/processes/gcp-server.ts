import { startServer } from '@runvoy/core';
import { type Counts, countDocuments } from '../../providers/gcp/test/support/count-documents.ts';
import { answer } from '../harness/process.ts';

export type GcpServer = {
  /** A server in all roles, with the settings of this process's environment. */
  start(): Promise<{ url: string; apiKey: string }>;
  /** Documents of Firestore that it has read and written since the last call. */
  takeCounts(): Counts;
};

const { counts } = countDocuments();

answer({
  start: async () => {
    const server = await startServer({
      env: { ...process.env },
      builtins: { gcp: () => import('@runvoy/gcp') },
      adminEmail: 'bench@example.com',
    });
    process.once('SIGTERM', async () => {
      await server.close();
      process.exit();
    });
    return { url: server.url, apiKey: server.admin!.apiKey };
  },
  takeCounts: () => {
    const taken = { ...counts };
    Object.assign(counts, { reads: 0, writes: 0, logReads: 0, logWrites: 0 });
    return taken;
  },
} satisfies GcpServer);
