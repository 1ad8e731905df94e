import type { protos } from '@google-cloud/run';
import type { Clients } from './clients.ts';

type Container = protos.google.cloud.run.v2.IContainer;
type Template = protos.google.cloud.run.v2.ITaskTemplate;

/** A container that runs one line of shell. */
export const shell = (line: string, more: Container = {}): Container => ({
  image: 'alpine:3.20',
  command: ['/bin/sh', '-c'],
  args: [line],
  ...more,
});

export interface JobShape extends Template {
  labels?: Record<string, string>;
  taskCount?: number;
}

/** Makes a job without retries, waits until it is there, and returns its name. */
export async function createJob(clients: Clients, jobId: string, shape: JobShape): Promise<string> {
  const { labels = {}, taskCount = 1, ...template } = shape;
  const job = { template: { labels, taskCount, template: { maxRetries: 0, ...template } } };
  const [operation] = await clients.jobs.createJob({ parent: clients.location, jobId, job });
  await operation.promise();
  return `${clients.location}/jobs/${jobId}`;
}

export interface Ended {
  execution: protos.google.cloud.run.v2.IExecution;
  task: protos.google.cloud.run.v2.ITask;
  /** Of the operation: what its promise rejected with. */
  error: { code: number; message: string } | undefined;
}

/** Starts an execution; returns its name at once. */
export async function start(
  clients: Clients,
  job: string,
  overrides?: protos.google.cloud.run.v2.RunJobRequest.IOverrides,
): Promise<{ name: string; over: Promise<Ended> }> {
  const [operation] = await clients.jobs.runJob({ name: job, ...(overrides && { overrides }) });
  const { name } = operation.metadata as protos.google.cloud.run.v2.IExecution;
  const over = operation
    .promise()
    .then(
      () => undefined,
      (error: { code: number; message: string }) => error,
    )
    .then((error) => look(clients, name!, error));
  // Not every test waits for the end, and some delete what they have started.
  over.catch(() => {});
  return { name: name!, over };
}

/** Runs one line of shell as a job of its own. */
export async function runLine(clients: Clients, jobId: string, line: string, shape: JobShape = {}): Promise<Ended> {
  const job = await createJob(clients, jobId, { containers: [shell(line)], ...shape });
  const { over } = await start(clients, job);
  return over;
}

async function look(clients: Clients, name: string, error: Ended['error']): Promise<Ended> {
  const [execution] = await clients.executions.getExecution({ name });
  const [tasks] = await clients.tasks.listTasks({ parent: name });
  return { execution, task: tasks[0]!, error };
}

export const conditionOf = (
  { conditions }: { conditions?: protos.google.cloud.run.v2.ICondition[] | null },
  type: string,
): protos.google.cloud.run.v2.ICondition | undefined => conditions?.find((condition) => condition.type === type);
