import { invalidArgument, resourceExhausted } from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import { applyOverrides } from './apply-overrides.ts';
import { checkTemplate } from './check-job.ts';
import { type Conclusion, ExecutionRun } from './execution-run.ts';
import { locationOf, suffixAlphabet } from './names.ts';
import type { Job, Operation, Overrides } from './types.ts';

/** Per project and region. */
const mostRunning = 1000;
const mostTasks = 10_000;
const longestName = 63;

export interface ExecutionRequest {
  overrides: Overrides | null | undefined;
  validateOnly: boolean;
  creator: string;
}

/** Starts an execution. Its operation names it at once, and is over when the execution is. */
export function beginExecution(project: Project, job: Job, request: ExecutionRequest): Operation {
  const { run } = project;
  const template = applyOverrides(job.template!.template!, request.overrides);
  checkTemplate(template);
  const taskCount = request.overrides?.taskCount || job.template!.taskCount!;
  if (taskCount > mostTasks) throw invalidArgument(`overrides.task_count must be at most ${mostTasks}.`);
  const location = locationOf(job.name);
  if (run.runningIn(location) >= mostRunning)
    throw resourceExhausted(
      `Quota exceeded: a project can have at most ${mostRunning} running executions in a region.`,
    );
  const name = newName(project, job);
  const execution = new ExecutionRun(run, { name, job, template, taskCount, creator: request.creator });
  if (request.validateOnly) execution.discard();
  else {
    run.executions.set(name, execution);
    job.executionCount = (job.executionCount ?? 0) + 1;
    job.latestCreatedExecution = {
      name,
      createTime: execution.proto.createTime!,
      completionStatus: 'EXECUTION_RUNNING',
    };
  }
  const parent = `projects/${project.id}/locations/${location}`;
  const operation = run.operations.begin(parent, { type: 'Execution', value: execution.proto });
  void execution.over.then((conclusion) => {
    noteEnd(job, execution, conclusion);
    forgetOldest(project, job);
    operation.settle(conclusion.code === 0 ? undefined : conclusion);
  });
  return run.operations.show(operation.name);
}

/** Five characters after the job's name. They can be those of an execution that is gone, so nobody may take a name for an id. */
function newName(project: Project, job: Job): string {
  const short = job.name!.slice(job.name!.lastIndexOf('/') + 1);
  if (short.length + 6 > longestName)
    throw invalidArgument(`The name of an execution of '${short}' would be too long.`);
  for (;;) {
    const name = `${job.name}/executions/${short}-${project.cloud.random.text(5, suffixAlphabet)}`;
    if (!project.run.executions.has(name)) return name;
  }
}

function noteEnd(job: Job, { proto }: ExecutionRun, { code }: Conclusion): void {
  if (job.latestCreatedExecution?.name !== proto.name) return;
  job.latestCreatedExecution = {
    ...job.latestCreatedExecution,
    completionTime: proto.completionTime!,
    completionStatus: code === 0 ? 'EXECUTION_SUCCEEDED' : code === 1 ? 'EXECUTION_CANCELLED' : 'EXECUTION_FAILED',
  };
}

function forgetOldest({ run, cloud }: Project, job: Job): void {
  const completed = run.executionsOf(job.name!).filter(({ isOver }) => isOver);
  const excess = Math.max(0, completed.length - cloud.knobs.retainedExecutions);
  for (const { proto } of completed.slice(0, excess)) run.executions.delete(proto.name!);
}
