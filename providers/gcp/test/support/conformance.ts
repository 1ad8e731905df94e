import type { Harness } from '@runvoy/conformance';

const grpc = (code: number, message: string) => () =>
  Object.assign(new Error(`${code} ${message}`), { code, details: message });

/** As Google's clients throw them. */
export const rawErrors: NonNullable<Harness['errors']> = {
  PERMISSION_DENIED: grpc(7, "PERMISSION_DENIED: Permission 'run.jobs.run' denied on resource"),
  NOT_FOUND: grpc(5, 'NOT_FOUND: Resource was not found'),
  CONFLICT: grpc(6, 'ALREADY_EXISTS: Document already exists'),
  INVALID_REQUEST: grpc(3, 'INVALID_ARGUMENT: Violation in CreateJobRequest'),
  SERVICE_UNAVAILABLE: grpc(14, 'UNAVAILABLE: The service is currently unavailable'),
  THROTTLED: grpc(
    8,
    "RESOURCE_EXHAUSTED: Quota exceeded for quota metric 'Job run requests' and limit 'Job run requests per minute per region'",
  ),
  CAPACITY_EXCEEDED: grpc(8, 'RESOURCE_EXHAUSTED: Quota limit for running executions exceeded'),
  CONFIGURATION_INVALID: grpc(9, 'FAILED_PRECONDITION: The query requires an index. You can create it here'),
  CANCELLED: grpc(1, 'CANCELLED: Call cancelled'),
};

const time = '2026-11-26T12:00:00.123456Z';
const push = (entry: object) => ({
  message: { data: Buffer.from(JSON.stringify(entry)).toString('base64'), messageId: '1', publishTime: time },
  subscription: 'projects/p/subscriptions/runvoy-logs',
});
const entryOf = (logId: string, more: object) => ({
  logName: `projects/p/logs/${logId}`,
  resource: { type: 'cloud_run_job', labels: {} },
  timestamp: time,
  ...more,
});
const labelsOf = (execution: string) => ({ 'run.googleapis.com/execution_name': execution });

export const notifications: NonNullable<Harness['notifications']> = {
  taskChanged: (_executionId, ref) =>
    push(entryOf('cloudaudit.googleapis.com%2Fsystem_event', { insertId: 'a', labels: labelsOf(ref) })),
  logLines: (_executionId, lines, ref) => ({
    // As a pull answers: a push carries one line.
    receivedMessages: lines.map((text, n) =>
      push(
        entryOf('run.googleapis.com%2Fstdout', {
          insertId: `line-${String(n).padStart(6, '0')}`,
          labels: labelsOf(ref),
          // As the wrapper around the command prints it.
          textPayload: `${String(n + 1).padStart(6)}\t${text}`,
        }),
      ),
    ),
  }),
  reconcile: () => ({ type: 'runvoy.reconcile' }),
  malformed: [
    push(entryOf('run.googleapis.com%2Fstdout', { insertId: 'a', labels: 'none' })),
    push(entryOf('run.googleapis.com%2Fstdout', { insertId: 'a', labels: {} })),
    { message: 'none', subscription: 'projects/p/subscriptions/s' },
    { message: { data: 7 }, subscription: 'projects/p/subscriptions/s' },
    { message: { data: 'bm90IEpTT04=' }, subscription: 'projects/p/subscriptions/s' },
  ],
};
