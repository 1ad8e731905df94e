import { DocumentReference, Query, WriteBatch } from '@google-cloud/firestore';
import { startServer } from '@runvoy/core';
import { expect, test, vi } from 'vitest';
import plugin from '../src/index.ts';
import { useDeployment } from './support/deployment.ts';
import { lay } from './support/lay.ts';

interface Counts {
  reads: number;
  writes: number;
  /** Of those, documents of logs. */
  logReads: number;
  logWrites: number;
}

/** Documents that Google's client reads and writes: what Firestore's bill says. A query that finds nothing counts as a read. */
function countDocuments(): Counts {
  const counts: Counts = { reads: 0, writes: 0, logReads: 0, logWrites: 0 };
  const count = (path: string, kind: 'read' | 'write', documents = 1) => {
    if (path.includes('runvoy-logs')) counts[kind === 'read' ? 'logReads' : 'logWrites'] += documents;
    else counts[kind === 'read' ? 'reads' : 'writes'] += documents;
  };
  const get = DocumentReference.prototype.get;
  vi.spyOn(DocumentReference.prototype, 'get').mockImplementation(function (this: DocumentReference) {
    count(this.path, 'read');
    return get.call(this);
  });
  const query = Query.prototype.get;
  vi.spyOn(Query.prototype, 'get').mockImplementation(async function (this: Query) {
    const found = await query.call(this);
    count(
      (found.query as unknown as { path?: string }).path ?? found.docs[0]?.ref.path ?? '',
      'read',
      Math.max(1, found.size),
    );
    return found;
  });
  for (const name of ['create', 'update', 'delete'] as const) {
    const write = WriteBatch.prototype[name] as (...args: unknown[]) => WriteBatch;
    vi.spyOn(WriteBatch.prototype, name).mockImplementation(function (this: WriteBatch, ...args: unknown[]) {
      count((args[0] as DocumentReference).path, 'write');
      return write.apply(this, args);
    } as never);
  }
  return counts;
}

const deployment = useDeployment();

test('a run costs at most 5 reads and 6 writes, and its lines a write for many', { timeout: 60_000 }, async () => {
  const { env } = deployment;
  const server = await startServer({
    env: {
      ...env,
      RUNVOY_BACKEND_PROVIDER: 'gcp',
      RUNVOY_PORT: '0',
      RUNVOY_LOG_LEVEL: 'error',
      RUNVOY_RATE_LIMIT: '0',
    },
    builtins: { gcp: async () => ({ default: plugin }) },
    adminEmail: 'ana@example.com',
  });
  try {
    await lay({ ...env, RUNVOY_GCP_PROCESSOR_URL: server.url });
    const ask = async (method: string, path: string, body?: object) => {
      const headers = { 'x-api-key': server.admin!.apiKey, 'content-type': 'application/json' };
      const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      return (await (await fetch(`${server.url}/api/v1${path}`, init)).json()) as Record<string, string>;
    };
    await ask('POST', '/images/register', { image: 'docker.io/library/alpine:3', is_default: true });
    // The first run makes the key's last use known.
    const { execution_id: first } = await ask('POST', '/run', { command: 'true' });
    await vi.waitUntil(() => completion(env, first!), waiting);
    const counts = countDocuments();
    const { execution_id: id } = await ask('POST', '/run', { command: 'seq 1 2000; sleep 2' });
    // Nobody asks, so nothing is read for a viewer.
    await vi.waitUntil(() => completion(env, id!), waiting);
    process.stderr.write(`a run: ${JSON.stringify(counts)}\n`);
    expect(counts.writes).toBeLessThanOrEqual(6);
    expect(counts.reads).toBeLessThanOrEqual(5);
    expect(counts.logWrites).toBeLessThanOrEqual(10);
  } finally {
    vi.restoreAllMocks();
    await server.close();
  }
});

const waiting = { timeout: 40_000, interval: 200 };

/** When a run was recorded as over; asked for without Google's client, whose calls are counted. */
async function completion(env: Record<string, string>, executionId: string): Promise<unknown> {
  const database = `projects/${env.RUNVOY_GCP_PROJECT_ID}/databases/runvoy`;
  const url = `http://${env.FIRESTORE_EMULATOR_HOST}/v1/${database}/documents/runvoy-executions/${executionId}`;
  const found = await fetch(url, { headers: { authorization: 'Bearer owner' } });
  return ((await found.json()) as { fields?: Record<string, unknown> }).fields?.completed_at;
}
