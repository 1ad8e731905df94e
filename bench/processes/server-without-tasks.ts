import { startServer } from '@runvoy/core';
import { answer } from '../harness/process.ts';

export type RunvoyServer = {
  /** A server with the settings of this process's environment, whose provider starts no tasks. */
  start(): Promise<{ url: string; apiKey: string }>;
};

answer({
  start: async () => {
    const server = await startServer({
      env: { ...process.env, RUNVOY_PORT: '0' },
      builtins: { local: () => import('./provider-without-tasks.ts') },
      adminEmail: 'bench@example.com',
    });
    process.once('SIGTERM', async () => {
      await server.close();
      process.exit();
    });
    return { url: server.url, apiKey: server.admin!.apiKey };
  },
} satisfies RunvoyServer);
