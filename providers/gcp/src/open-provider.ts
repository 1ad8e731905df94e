import type {
  CallOptions,
  Capabilities,
  HttpNotification,
  OpenContext,
  Provider,
  ProviderEvent,
  ReceivedNotification,
} from '@runvoy/core/provider';
import { Lifecycle } from '@runvoy/core/toolkit';
import { CloudBackendLogs } from './backend-logs.ts';
import { classify } from './classify.ts';
import type { GcpConfig } from './config/config.ts';
import { createClients } from './connect/clients.ts';
import { ServiceAccounts } from './identities.ts';
import { LogArchive } from './logs/archive.ts';
import { FirestoreLogs } from './logs/logs.ts';
import { createCallerCheck } from './notifications/caller-check.ts';
import { decode } from './notifications/decode.ts';
import { receive } from './notifications/receive.ts';
import { openObservability } from './observability/observability.ts';
import { GcpPlumbing } from './plumbing/plumbing.ts';
import { SecretManagerSecrets } from './secrets/secrets.ts';
import { FirestoreStore } from './store/store.ts';
import { EndRemarks } from './tasks/end-remarks.ts';
import { TaskIndex } from './tasks/task-index.ts';
import { CloudRunTasks } from './tasks/tasks.ts';
import { Templates } from './tasks/templates.ts';

export async function openProvider(config: GcpConfig, { now, log }: OpenContext): Promise<Provider> {
  const lifecycle = new Lifecycle('gcp');
  const clients = createClients(config);
  const parts = { config, clients, lifecycle, now, log };
  const index = new TaskIndex(parts);
  const archive = new LogArchive({ ...parts, index });
  const remarks = new EndRemarks(archive, lifecycle);
  const identities = new ServiceAccounts(config, lifecycle);
  const templates = new Templates(config, clients);
  const logs = new FirestoreLogs({ ...parts, archive });
  const checkCaller = createCallerCheck(config);
  let closing: Promise<void> | undefined;
  // Every role needs it, and its import is most of a cold start.
  await clients.firestore();
  const observability = config.observability.enabled ? await openObservability(config, clients, log) : undefined;
  const provider: Provider = {
    name: 'gcp',
    capabilities,
    store: new FirestoreStore(config, clients, lifecycle, now, { executions: index.claimBeside }),
    secrets: new SecretManagerSecrets(config, clients, lifecycle, now),
    tasks: new CloudRunTasks({ ...parts, index, templates, identities, remarks }),
    logs,
    identities,
    backendLogs: new CloudBackendLogs(config, clients, lifecycle),
    plumbing: new GcpPlumbing({ config, lifecycle, templates }),
    defaultImage: config.jobs.defaultImage,
    defaultPlatform: 'Linux/X86_64',
    region: config.region,
    async decode(raw: unknown, call?: CallOptions): Promise<ProviderEvent[]> {
      lifecycle.enter(call);
      return decode({ config, index, remarks }, raw, call);
    },
    async receive(request: HttpNotification, call?: CallOptions): Promise<ReceivedNotification> {
      lifecycle.enter(call);
      return receive(request, checkCaller);
    },
    classify,
    async close(): Promise<void> {
      lifecycle.close();
      logs.close();
      closing ??= (async () => {
        await observability?.close();
        await clients.close();
      })();
      await closing;
    },
  };
  return observability?.observe(provider) ?? provider;
}

const capabilities: Capabilities = {
  images: true,
  timeouts: true,
  outOfMemory: true,
  stdin: { no: 'a Cloud Run job has no standard input' },
  masking: { no: 'lines come from Cloud Logging as they were printed: core masks them before it stores them' },
  archive: true,
  identities: true,
};
