import { createHash } from 'node:crypto';
import { microseconds, rfc3339 } from '../cloud/time.ts';
import { type Entry, logName } from '../logging/entry.ts';
import type { JsonObject, JsonValue } from '../logging/struct.ts';
import { jobOf, lastSegment } from './names.ts';
import type { Outcome } from './outcome.ts';
import type { RunParts } from './run.ts';
import type { Condition, Container, EnvVar, Execution } from './types.ts';

/** The system_event audit entry of an execution that is over: the only notice of it that the cloud gives (gcp-facts §2). */
export function auditEntry({ project, cloud }: RunParts, execution: Execution, outcome: Outcome): Entry {
  const name = lastSegment(execution.name!);
  const { location, job } = jobOf(execution.name);
  const now = cloud.clock.now();
  const { taskCount, succeededCount } = execution;
  const message =
    outcome.code === 0
      ? `Execution ${name} has completed successfully.`
      : `Execution ${name} has failed to complete, ${succeededCount}/${taskCount} tasks were a success.`;
  return {
    insertId: `-${cloud.random.text(12, 'abcdefghijklmnopqrstuvwxyz0123456789')}`,
    labels: { 'run.googleapis.com/execution_name': name },
    logName: logName(project.id, 'cloudaudit.googleapis.com/system_event'),
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'run.googleapis.com',
      methodName: '/Jobs.RunJob',
      resourceName: `namespaces/${project.id}/executions/${name}`,
      status: { message, ...(outcome.code !== 0 && { code: outcome.code }) },
      response: knativeExecution(project, execution),
    },
    resource: { type: 'cloud_run_job', labels: { project_id: project.id, location, job_name: job } },
    severity: outcome.code === 0 ? 'INFO' : 'ERROR',
    timestamp: now,
    receiveTimestamp: now,
  };
}

/** The execution as API v1 has it, variables and arguments in clear: what makes them public to whoever may read logs. */
function knativeExecution(project: { id: string; number: string }, execution: Execution): JsonObject {
  const { location, job } = jobOf(execution.name);
  const template = execution.template!;
  return {
    '@type': 'type.googleapis.com/google.cloud.run.v1.Execution',
    apiVersion: 'run.googleapis.com/v1',
    kind: 'Execution',
    metadata: {
      name: lastSegment(execution.name!),
      namespace: project.number,
      uid: execution.uid!,
      generation: 1,
      creationTimestamp: timeText(execution.createTime),
      labels: {
        ...execution.labels,
        'run.googleapis.com/job': job,
        'run.googleapis.com/jobGeneration': '1',
        'cloud.googleapis.com/location': location,
      },
      annotations: {
        'run.googleapis.com/creator': execution.creator!,
        'run.googleapis.com/execution-environment': 'gen2',
      },
    },
    spec: {
      parallelism: execution.parallelism!,
      taskCount: execution.taskCount!,
      template: {
        spec: {
          containers: template.containers!.map(knativeContainer),
          maxRetries: template.maxRetries ?? 3,
          timeoutSeconds: String(template.timeout?.seconds ?? 600),
          serviceAccountName: template.serviceAccount!,
        },
      },
    },
    status: {
      observedGeneration: 1,
      conditions: execution.conditions!.map(knativeCondition),
      ...(execution.startTime && { startTime: timeText(execution.startTime) }),
      completionTime: timeText(execution.completionTime),
      ...counts(execution),
    },
  };
}

/** Those that are not zero. */
const counts = (execution: Execution): JsonObject =>
  Object.fromEntries(
    (['succeededCount', 'failedCount', 'cancelledCount', 'retriedCount'] as const)
      .filter((key) => (execution[key] ?? 0) > 0)
      .map((key) => [key, execution[key]!]),
  );

const knativeContainer = ({ name, image, command, args, env, resources }: Container): JsonObject => ({
  ...(name && { name }),
  image: pinned(image!),
  ...(command?.length && { command }),
  ...(args?.length && { args }),
  ...(env?.length && { env: env.map(knativeVariable) }),
  resources: { limits: { cpu: '1000m', memory: '512Mi', ...resources?.limits } },
});

/** The real service tells which image it really ran, by a digest. This one is of the name alone. */
function pinned(image: string): string {
  if (image.includes('@')) return image;
  const repository = image.replace(/:[^/:]*$/, '');
  const full = repository.includes('/') ? repository : `docker.io/library/${repository}`;
  return `${full}@sha256:${createHash('sha256').update(image).digest('hex')}`;
}

const knativeVariable = ({ name, value, valueSource }: EnvVar): JsonValue => {
  const reference = valueSource?.secretKeyRef;
  if (!reference) return { name: name!, value: value ?? '' };
  return { name: name!, valueFrom: { secretKeyRef: { name: reference.secret!, key: reference.version || 'latest' } } };
};

const states: Record<string, string> = { CONDITION_SUCCEEDED: 'True', CONDITION_FAILED: 'False' };

/** `NON_ZERO_EXIT_CODE` is `NonZeroExitCode` here, and a severity is a word. */
function knativeCondition({ type, state, message, severity, reason, executionReason }: Condition): JsonObject {
  const cause = executionReason || reason;
  return {
    type: type!,
    status: states[String(state)] ?? 'Unknown',
    ...(cause && { reason: camelCase(String(cause)) }),
    ...(message && { message }),
    ...(severity && severity !== 'SEVERITY_UNSPECIFIED' && { severity: camelCase(String(severity)) }),
  };
}

const camelCase = (name: string): string =>
  name.toLowerCase().replace(/(^|_)([a-z])/g, (_all, _before, letter: string) => letter.toUpperCase());

const timeText = (time: Execution['createTime']): string => rfc3339(microseconds(time!));
