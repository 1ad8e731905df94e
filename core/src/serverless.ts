import { readSettings } from './config/settings.ts';
import type { Logger } from './contract/plugin.ts';
import { type App, createApp } from './http/app.ts';
import { describeFailure, type Failure } from './http/failure.ts';
import { createLogger } from './logging/logger.ts';
import { type BackendOptions, openBackend } from './open-backend.ts';
import type { Runvoy } from './services.ts';

export interface ServerlessOptions extends Omit<BackendOptions, 'log'> {
  /** Where viewers' sockets are opened, when a gateway holds them: a URL that gets a query added. */
  streamUrl?: string;
  /** Takes each line of the log, with its newline. Default: standard error, gathered for a moment. */
  writeLog?: (line: string) => void;
}

/** The product for platforms that call functions, with a request or a notification, and stop the process in between. */
export interface Serverless {
  log: Logger;
  fetch: App['fetch'];
  process: Runvoy['process'];
  /** The first admin; see `Users`. */
  bootstrap: Runvoy['users']['bootstrap'];
  /** How an error is told to the outside. */
  describe(error: unknown, requestId: string): Failure;
  close(): Promise<void>;
}

export async function openServerless({ streamUrl, writeLog, ...options }: ServerlessOptions): Promise<Serverless> {
  const { logLevel } = readSettings(options.env);
  const log = createLogger({ level: logLevel, ...(writeLog && { write: writeLog }) });
  const { runvoy, settings, close } = await openBackend({ ...options, log });
  const app = createApp({ runvoy, settings: { ...settings, ...(streamUrl && { streamUrl }) }, log });
  return {
    log,
    fetch: app.fetch,
    process: runvoy.process,
    bootstrap: runvoy.users.bootstrap,
    describe: (error, requestId) => describeFailure(error, undefined, requestId),
    close,
  };
}
