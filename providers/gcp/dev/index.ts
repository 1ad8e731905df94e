import { randomBytes } from 'node:crypto';
import { openEmulators } from '@runvoy/conformance/emulators';
import { startServer } from '@runvoy/core';
import { RunvoyError } from '@runvoy/core/provider';
import { freePort } from '@runvoy/core/testing';
import { ordinaryDay, startSimulator } from '../simulator/index.ts';
import plugin from '../src/index.ts';
import { lay } from './lay.ts';

export interface DevOptions {
  /** 0: any free one. */
  port: number;
  /** For what should outlive this process; nothing of the emulators does. */
  folder: string;
  log(text: string): void;
}

export interface Dev {
  url: string;
  admin?: { email: string; apiKey: string };
  /** A line for each part: what runs against what. */
  describe: string[];
  close(): Promise<void>;
}

const adminEmail = 'admin@example.com';

/** runvoy on Google Cloud, all of it on this machine: Google's emulators, the simulated rest, and the product as it is deployed. */
export async function startDev({ port: wanted, log }: DevOptions): Promise<Dev> {
  // Known beforehand, because what calls us has to be told.
  const port = wanted === 0 ? await freePort() : wanted;
  const url = `http://127.0.0.1:${port}`;
  await using opened = new AsyncDisposableStack();
  const emulators = opened.use(await openEmulators({ wanted: ['firestore', 'pubsub'], log }));
  if (emulators.missing.size > 0) {
    const missing = [...emulators.missing].map(([name, why]) => `${name} (${why})`);
    throw new RunvoyError('CONFIGURATION_INVALID', `emulators are missing: ${missing.join('; ')}`, {
      field: 'FIRESTORE_EMULATOR_HOST, PUBSUB_EMULATOR_HOST',
      remedy: 'Install the Google Cloud SDK with its emulators and Java, or Docker, or start emulators and name them.',
    });
  }
  const pubsubHost = emulators.env.PUBSUB_EMULATOR_HOST;
  const cloud = opened.use(
    await startSimulator({ ...(pubsubHost !== undefined && { pubsubHost }), knobs: ordinaryDay, log }),
  );
  const env = {
    ...emulators.env,
    ...cloud.env,
    // Its own: emulators that somebody else has started keep what an earlier one has left.
    RUNVOY_GCP_PROJECT_ID: `runvoy-dev-${randomBytes(3).toString('hex')}`,
    RUNVOY_GCP_REGION: 'us-central1',
    RUNVOY_GCP_PROCESSOR_URL: url,
    RUNVOY_GCP_PUSH_AUDIENCE: 'https://runvoy.example.com',
    // Programs of this machine, which has git if anything of it is used.
    RUNVOY_GCP_SIDECAR_IMAGE: 'docker.io/library/alpine:latest',
  };
  await lay(env);
  const server = await startServer({
    env: {
      ...env,
      RUNVOY_BACKEND_PROVIDER: 'gcp',
      RUNVOY_HOST: '127.0.0.1',
      RUNVOY_PORT: String(port),
      RUNVOY_LOG_LEVEL: 'warn',
    },
    builtins: { gcp: async () => ({ default: plugin }) },
    adminEmail,
    writeLog: (line) => log(line.trimEnd()),
  });
  opened.defer(() => server.close());
  const running = opened.move();
  return {
    url: server.url,
    ...(server.admin && { admin: server.admin }),
    describe: [
      ...emulators.running.map(({ name, engine, found, host }) => `${name}: ${engine} at ${host} (${found})`),
      'Cloud Run Jobs, Secret Manager, Cloud Logging, Scheduler, IAM: simulated; commands run as programs of this machine',
      `runvoy: ${server.url}, all roles in one process, told of everything by signed pushes`,
    ],
    close: () => running.disposeAsync(),
  };
}
