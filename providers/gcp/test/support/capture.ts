import { randomUUID } from 'node:crypto';

/** Puts a line of a service into the simulated Cloud Logging, as Cloud Run does: a record, with its time taken out of it. */
export function capture(env: Record<string, string>, line: string): void {
  const { time, ...jsonPayload } = JSON.parse(line);
  const entry = {
    insertId: randomUUID(),
    logName: `projects/${env.RUNVOY_GCP_PROJECT_ID}/logs/run.googleapis.com%2Fstderr`,
    resource: { type: 'cloud_run_revision', labels: { service_name: 'runvoy-orchestrator' } },
    timestamp: time,
    jsonPayload,
  };
  const url = `http://${env.RUNVOY_GCP_ENDPOINT}/v2/entries:write`;
  const body = JSON.stringify({ entries: [entry] });
  // The cloud may be gone when the last line comes.
  void fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).catch(() => undefined);
}
