import { startServer } from '@runvoy/core';
import { answer } from '../harness/process.ts';

export type RunvoyServer = {
  /** Serves the data of a folder. `tasks: 'none'`: accepts runs without starting anything. */
  start(options: { home: string; tasks: 'real' | 'none' }): Promise<{ url: string; apiKey: string }>;
};

answer({
  start: async ({ home, tasks }) => {
    const local = () => import('@runvoy/local');
    const withoutTasks = () => import('./provider-without-tasks.ts');
    const server = await startServer({
      env: {
        ...process.env,
        RUNVOY_HOME: home,
        RUNVOY_PORT: '0',
        RUNVOY_HOST: '127.0.0.1',
        RUNVOY_LOG_LEVEL: 'error',
        // One client makes all requests here, which is what the limit is there to stop.
        RUNVOY_RATE_LIMIT: '0',
      },
      builtins: { local: (tasks === 'real' ? local : withoutTasks) as never },
      adminEmail: 'bench@example.com',
    });
    process.once('SIGTERM', async () => {
      await server.close();
      process.exit();
    });
    return { url: server.url, apiKey: server.admin!.apiKey };
  },
} satisfies RunvoyServer);
