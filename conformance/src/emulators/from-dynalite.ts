import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Source } from './emulator.ts';
import { importOptional } from './import-optional.ts';

interface Dynalite {
  default: (options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }) => Server;
}

/** DynamoDB in this process, by the npm package dynalite: it ends with it. */
export const fromDynalite: Source = async () => {
  const library = await importOptional<Dynalite>('dynalite');
  if (!library) return { no: 'dynalite is not installed' };
  const server = library.default({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const manifest = await import('dynalite/package.json' as string, { with: { type: 'json' } }).catch(() => undefined);
  return {
    name: 'dynamodb',
    host: `127.0.0.1:${port}`,
    engine: 'dynalite',
    version: manifest?.default.version ?? 'unknown',
    found: 'npm',
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
