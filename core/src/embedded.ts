import type { Transport } from './client/types.ts';
import type { Builtins } from './config/load-provider.ts';
import type { Logger } from './contract/plugin.ts';
import { createApp } from './http/app.ts';
import { quietLog } from './logging/quiet-log.ts';
import { openBackend } from './open-backend.ts';
import { createRequestId } from './request-id.ts';
import { createInProcessTransport } from './sockets/in-process-transport.ts';

export interface EmbeddedOptions {
  env: Record<string, string | undefined>;
  builtins: Builtins;
  /** Whose runs they are. Whoever can open the provider is its administrator. */
  email: string;
  /** Default: nothing is logged. */
  log?: Logger;
}

export interface Embedded {
  transport: Transport;
  provider: string;
  close(): Promise<void>;
}

/** The whole product in this process, for a client in this process: no port, no key. */
export async function openEmbedded({ env, builtins, email, log = quietLog }: EmbeddedOptions): Promise<Embedded> {
  const { runvoy, streams, settings, close } = await openBackend({ env, builtins, log });
  // No server may have been there to see how earlier runs ended.
  await runvoy.executions.refreshActive(createRequestId());
  const app = createApp({ runvoy, settings, log });
  const principal = { email, role: 'admin' };
  return {
    transport: createInProcessTransport({ fetch: app.fetch, streams, principal }),
    provider: runvoy.provider.name,
    close,
  };
}
