import type { Environment } from './config/home.ts';
import type { Connection, ConnectOptions } from './connection/connect.ts';
import { createUi, type Ui } from './output/ui.ts';
import { parseDuration } from './values/duration.ts';

/** The options that every command has. */
export interface GlobalOptions {
  json?: boolean;
  verbose?: boolean;
  debug?: boolean;
  color?: boolean;
  endpoint?: string;
  timeout?: string;
}

/** What a command gets to work with. */
export interface Context {
  readonly options: GlobalOptions;
  readonly env: Environment;
  readonly ui: Ui;
  /** Connects once; the connection is closed when the command is over. */
  connect(needs?: Pick<ConnectOptions, 'anonymous' | 'serverOnly' | 'runsCommand'>): Promise<Connection>;
  close(): Promise<void>;
}

export function createContext(options: GlobalOptions, env: Environment): Context {
  const verbose = options.verbose === true || options.debug === true;
  const ui = createUi({ json: options.json === true, verbose, color: options.color !== false, env });
  let opened: Promise<Connection> | undefined;
  return {
    options,
    env,
    ui,
    connect(needs = {}) {
      opened ??= (async () => {
        const requestTimeout = parseDuration(options.timeout ?? '10m', '--timeout');
        const { connect } = await import('./connection/connect.ts');
        const endpoint = options.endpoint === undefined ? {} : { endpoint: options.endpoint };
        return connect({ env, ui, requestTimeout, verbose, ...endpoint, ...needs });
      })();
      return opened;
    },
    async close() {
      const connection = await opened?.catch(() => undefined);
      await connection?.close();
    },
  };
}
