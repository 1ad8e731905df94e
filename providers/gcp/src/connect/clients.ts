import { setTimeout as delay } from 'node:timers/promises';
import type { Firestore } from '@google-cloud/firestore';
import type { v2 } from '@google-cloud/logging';
import type { MetricServiceClient } from '@google-cloud/monitoring';
import type { ExecutionsClient, JobsClient, TasksClient } from '@google-cloud/run';
import type { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import type { GcpConfig } from '../config/config.ts';
import { connectionOptions } from './connection-options.ts';
import { splitAddress } from './split-address.ts';

/** For what is under way when everything ends. */
const patienceMilliseconds = 5000;

/** Google's clients, each imported and made when it is first asked for: an import costs 0.3 to 0.6 s of CPU. */
export interface Clients {
  firestore(): Promise<Firestore>;
  secrets(): Promise<SecretManagerServiceClient>;
  jobs(): Promise<JobsClient>;
  executions(): Promise<ExecutionsClient>;
  tasks(): Promise<TasksClient>;
  monitoring(): Promise<MetricServiceClient>;
  logging(): Promise<InstanceType<typeof v2.LoggingServiceV2Client>>;
  /** Work that must be over before a connection ends: Firestore's client forgets what it is doing, and its caller waits for ever. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Ends every connection. */
  close(): Promise<void>;
}

export function createClients(config: GcpConfig): Clients {
  const opened: (() => Promise<unknown>)[] = [];
  const underWay = new Set<Promise<unknown>>();
  const once = <T>(make: () => Promise<T>, close: (client: T) => Promise<unknown>): (() => Promise<T>) => {
    let made: Promise<T> | undefined;
    return () => {
      if (!made) {
        const making = make();
        // A failed import or a missing credential may be gone the next time.
        making.catch(() => {
          made = undefined;
        });
        opened.push(async () => close(await making));
        made = making;
      }
      return made;
    };
  };
  const closable = <T extends { close(): Promise<unknown> }>(make: () => Promise<T>) =>
    once(make, (client) => client.close());
  const run = async () => (await import('@google-cloud/run')).v2;
  return {
    firestore: once(
      () => openFirestore(config),
      (firestore) => firestore.terminate(),
    ),
    secrets: closable(async () => {
      const { SecretManagerServiceClient: Client } = await import('@google-cloud/secret-manager');
      return new Client(await connectionOptions(config));
    }),
    jobs: closable(async () => new (await run()).JobsClient(await connectionOptions(config))),
    executions: closable(async () => new (await run()).ExecutionsClient(await connectionOptions(config))),
    tasks: closable(async () => new (await run()).TasksClient(await connectionOptions(config))),
    monitoring: closable(async () => {
      const { MetricServiceClient: Client } = await import('@google-cloud/monitoring');
      return new Client(await connectionOptions(config));
    }),
    logging: closable(async () => {
      const logging = await import('@google-cloud/logging');
      return new logging.v2.LoggingServiceV2Client(await connectionOptions(config));
    }),
    track(work) {
      underWay.add(work);
      const done = () => underWay.delete(work);
      work.then(done, done);
      return work;
    },
    async close() {
      await Promise.race([Promise.allSettled(underWay), delay(patienceMilliseconds, undefined, { ref: false })]);
      await Promise.allSettled(opened.splice(0).map((close) => close()));
    },
  };
}

async function openFirestore({ project, firestore: { database, emulator } }: GcpConfig): Promise<Firestore> {
  const { Firestore: Client } = await import('@google-cloud/firestore');
  const settings = { projectId: project, databaseId: database, ignoreUndefinedProperties: true };
  if (emulator === undefined) return new Client(settings);
  const { PassThroughClient } = await import('google-auth-library');
  const [host, port] = splitAddress(emulator);
  // Without a client of its own it would look for a metadata server.
  return new Client({ ...settings, host, port, ssl: false, authClient: new PassThroughClient() });
}
