import { readFile } from 'node:fs/promises';
import { type Builtins, loadProvider } from './config/load-provider.ts';
import { openProvider } from './config/open-provider.ts';
import { readSettings, type Settings } from './config/settings.ts';
import { RunvoyError } from './contract/errors.ts';
import type { Logger, Provider } from './contract/plugin.ts';
import { guardProvider } from './guard.ts';
import { createRequestId } from './request-id.ts';
import { createRunvoy } from './runvoy.ts';
import type { Runvoy } from './services.ts';
import { createStreams, type Streams } from './sockets/streams.ts';

export interface BackendOptions {
  env: Record<string, string | undefined>;
  builtins: Builtins;
  log: Logger;
  /** Milliseconds since the epoch. Default: the clock of this machine. */
  now?: () => number;
  /** See `RunvoyOptions`. */
  maximumWaitSeconds?: number;
}

export interface Backend {
  settings: Settings;
  provider: Provider;
  runvoy: Runvoy;
  streams: Streams;
  close(): Promise<void>;
}

/** Everything behind an entrance: settings, provider, services, streams, and the provider's notifications being acted on. */
export async function openBackend({
  env,
  builtins,
  log,
  now = Date.now,
  maximumWaitSeconds,
}: BackendOptions): Promise<Backend> {
  const settings = readSettings(env);
  const policyText = settings.policyFile === undefined ? undefined : await readPolicy(settings.policyFile);
  const plugin = await loadProvider(settings.provider, { builtins });
  const provider = guardProvider(
    await openProvider(plugin, env, { now, log, role: settings.role }, settings.initTimeoutSeconds),
  );
  try {
    const runvoy = await createRunvoy({
      provider,
      log,
      policyText,
      now,
      defaultTimeoutSeconds: settings.defaultTimeoutSeconds,
      maximumWaitSeconds,
    });
    const streams = createStreams({ runvoy, logs: provider.logs, now, log });
    const listening = new AbortController();
    const listened = listen(provider, runvoy, log, listening.signal);
    return {
      settings,
      provider,
      runvoy,
      streams,
      async close() {
        await streams.close();
        listening.abort();
        await listened;
        await runvoy.close();
      },
    };
  } catch (error) {
    await provider.close();
    throw error;
  }
}

async function listen(provider: Provider, runvoy: Runvoy, log: Logger, signal: AbortSignal): Promise<void> {
  try {
    await provider.listen?.(
      async (raw) => {
        const requestId = createRequestId();
        try {
          await runvoy.process(raw, requestId);
        } catch (error) {
          // A notification is a hint: whatever it told is found again by refreshActive.
          log.error({ request_id: requestId, error }, 'could not act on a notification');
        }
      },
      { signal },
    );
  } catch (error) {
    if (!signal.aborted) log.error({ error }, 'notifications of the provider are no longer received');
  }
}

async function readPolicy(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new RunvoyError('CONFIGURATION_INVALID', `the policy file ${file} cannot be read`, {
      field: 'RUNVOY_POLICY_FILE',
      remedy: 'Give the path of a readable file, or unset the variable to use the default policy.',
      cause: error,
    });
  }
}
