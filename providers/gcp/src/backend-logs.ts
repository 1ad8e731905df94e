import type { protos } from '@google-cloud/logging';
import type { BackendLogEntry, BackendLogs, CallOptions } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { GcpConfig } from './config/config.ts';
import { type Listing, onePage } from './connect/all-pages.ts';
import type { Clients } from './connect/clients.ts';
import { plainStruct } from './logs/plain-struct.ts';

type ProtoEntry = protos.google.logging.v2.ILogEntry;

/** What services keep of a request is a handful of lines; more than a page is not asked for. */
const pageSize = 1000;

/** The log lines of runvoy's services, which Cloud Run takes from their standard error and makes records of. */
export class CloudBackendLogs implements BackendLogs {
  readonly #config: GcpConfig;
  readonly #clients: Clients;
  readonly #lifecycle: Lifecycle;

  constructor(config: GcpConfig, clients: Clients, lifecycle: Lifecycle) {
    this.#config = config;
    this.#clients = clients;
    this.#lifecycle = lifecycle;
  }

  async find(requestId: string, call?: CallOptions): Promise<BackendLogEntry[]> {
    this.#lifecycle.enter(call);
    const { project, services } = this.#config;
    const names = services.map((name) => `resource.labels.service_name="${name}"`).join(' OR ');
    const filter = [
      'resource.type="cloud_run_revision"',
      `(${names})`,
      `jsonPayload.request_id=${JSON.stringify(requestId)}`,
    ].join(' AND ');
    const request = { resourceNames: [`projects/${project}`], filter, orderBy: 'timestamp asc', pageSize };
    const listing = (await this.#clients.logging()).listLogEntries(request, onePage);
    const [entries] = await this.#lifecycle.settle(listing as Promise<unknown> as Promise<Listing<ProtoEntry>>, call);
    return entries.map(backendEntry);
  }
}

/** Cloud Logging takes the time and the severity out of a record. */
function backendEntry({ timestamp, severity, jsonPayload }: ProtoEntry): BackendLogEntry {
  const time = Number(timestamp?.seconds ?? 0) * 1000 + Math.floor((timestamp?.nanos ?? 0) / 1e6);
  const fields = { time: new Date(time).toISOString(), ...(severity && { severity }) };
  return { time, text: JSON.stringify({ ...fields, ...plainStruct(jsonPayload ?? {}) }) };
}
