import type { RunningServer } from '@runvoy/core';
import { loadPlugin } from '../runner/load-plugin.ts';
import type { World } from '../world.ts';
import type { Interception } from './interception.ts';

export const adminEmail = 'admin@example.com';

export interface SubjectServer extends RunningServer {
  /** The lines of its log so far. */
  logged(): readonly string[];
}

/** A server of the product on a world's deployment, as `runvoy serve` would start it, with the world's clock. */
export async function startSubjectServer(
  world: World,
  interception: Interception,
  settings: Record<string, string> = {},
): Promise<SubjectServer> {
  // Late, because who only lists the checks needs no server.
  const [{ startServer }, plugin] = await Promise.all([import('@runvoy/core'), loadPlugin(world.harness)]);
  const lines: string[] = [];
  const server = await startServer({
    env: {
      ...world.env,
      RUNVOY_HOST: '127.0.0.1',
      RUNVOY_PORT: world.env.RUNVOY_PORT ?? '0',
      RUNVOY_RATE_LIMIT: '0',
      RUNVOY_LOG_LEVEL: 'debug',
      RUNVOY_INIT_TIMEOUT: '60s',
      ...settings,
      RUNVOY_ROLE: 'all',
      RUNVOY_BACKEND_PROVIDER: 'subject',
    },
    builtins: { subject: async () => ({ default: interception.plugin(plugin, world.deployment) }) },
    adminEmail,
    now: world.clock.now,
    writeLog: (line) => {
      lines.push(line);
      world.deployment.captured?.(line);
    },
  });
  return { ...server, logged: () => lines };
}
