// @ts-expect-error Made by the bundler: the providers of this repository.
import { providers } from 'runvoy:providers';
import { startServer } from '@runvoy/core';

/** The one process of a container: the server, as the environment says, until it is told to end. */
async function main(): Promise<void> {
  const server = await startServer({
    env: { RUNVOY_HOST: '0.0.0.0', RUNVOY_PORT: '8080', ...process.env },
    builtins: providers,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      server.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
}

main().catch((error: Error & { remedy?: string }) => {
  process.stderr.write(
    `${JSON.stringify({ level: 'error', msg: error.message, remedy: error.remedy, time: new Date().toISOString() })}\n`,
  );
  process.exitCode = 1;
});
