import type { Server } from 'node:http';
import { RunvoyError } from '../contract/errors.ts';

/** Rejects with CONFIGURATION_INVALID when that is not possible. */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, host, port)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): RunvoyError {
  const where = `${host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new RunvoyError('CONFIGURATION_INVALID', `port ${port} is in use: another program listens on ${where}`, {
        field: 'RUNVOY_PORT',
        remedy: 'Stop that program, or set RUNVOY_PORT to another port (0 takes any free one).',
        cause: error,
      });
    case 'EACCES':
      return new RunvoyError('CONFIGURATION_INVALID', `this user may not listen on ${where}`, {
        field: 'RUNVOY_PORT',
        remedy: 'Set RUNVOY_PORT to a port above 1023.',
        cause: error,
      });
    default:
      return new RunvoyError('CONFIGURATION_INVALID', `cannot listen on ${where}: ${error.code ?? error.message}`, {
        field: 'RUNVOY_HOST',
        remedy: 'Set RUNVOY_HOST to an address of this machine, e.g. 127.0.0.1 or 0.0.0.0.',
        cause: error,
      });
  }
}
