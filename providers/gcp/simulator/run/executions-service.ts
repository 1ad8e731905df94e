import type { protos } from '@google-cloud/run';
import { failedPrecondition, notFound } from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import { microseconds, timestamp } from '../cloud/time.ts';
import { pageOf } from '../wire/page.ts';
import type { Method, Service } from '../wire/service.ts';
import type { ExecutionRun } from './execution-run.ts';
import { jobOf, lastSegment } from './names.ts';
import type { Execution, Operation } from './types.ts';

/** For every answer of a list the same, so that a token of another call's page still fits. */
const largestPage = 100;

const getExecution: Method<protos.google.cloud.run.v2.IGetExecutionRequest, Execution> = {
  permission: () => 'run.executions.get',
  resource: ({ name }) => name ?? '',
  handle: ({ name }, { project }) => findExecution(project, name).proto,
};

const listExecutions: Method<
  protos.google.cloud.run.v2.IListExecutionsRequest,
  protos.google.cloud.run.v2.IListExecutionsResponse
> = {
  permission: () => 'run.executions.list',
  resource: ({ parent }) => parent ?? '',
  handle(request, { project }) {
    const { location, job } = jobOf(request.parent);
    const { cloud, run } = project;
    const visible = cloud.clock.now() - cloud.random.within(cloud.knobs.listLagMs) * 1000;
    const found = [...run.executions.values()].filter(({ proto }) => {
      const own = jobOf(proto.name);
      if (location !== '-' && own.location !== location) return false;
      return (job === '-' || own.job === job) && microseconds(proto.createTime!) <= visible;
    });
    // Newest first, across jobs too.
    const { items, nextPageToken } = pageOf(found.reverse(), request, largestPage);
    return { executions: items.map(({ proto }) => proto), nextPageToken };
  },
};

const cancelExecution: Method<protos.google.cloud.run.v2.ICancelExecutionRequest, Operation> = {
  permission: () => 'run.executions.cancel',
  resource: ({ name }) => name ?? '',
  handle({ name, validateOnly }, { project }) {
    const execution = findExecution(project, name);
    if (execution.isOver)
      throw failedPrecondition(`Execution '${lastSegment(name!)}' cannot be cancelled because it is not running.`);
    if (!validateOnly) execution.cancel();
    const { operations } = project.run;
    const operation = operations.begin(parentOf(name!), { type: 'Execution', value: execution.proto });
    // The operation fails as the execution does, though the cancellation worked: who waits for it must not believe it. Seen were
    // both codes.
    const code = project.cloud.random.chance(0.5) ? 10 : 2;
    void execution.over.then(() =>
      operation.settle({ code, message: `Execution ${lastSegment(name!)} has failed to complete.` }),
    );
    return operations.show(operation.name);
  },
};

const deleteExecution: Method<protos.google.cloud.run.v2.IDeleteExecutionRequest, Operation> = {
  permission: () => 'run.executions.delete',
  resource: ({ name }) => name ?? '',
  handle({ name, validateOnly }, { project }) {
    const execution = findExecution(project, name);
    const { operations, executions } = project.run;
    if (!validateOnly) {
      execution.discard();
      executions.delete(name!);
      execution.proto.deleteTime = timestamp(project.cloud.clock.now());
    }
    const operation = operations.begin(parentOf(name!), { type: 'Execution', value: execution.proto });
    operation.settle();
    return operations.show(operation.name);
  },
};

/** `google.cloud.run.v2.Executions`. */
export const executionsService: Service = {
  package: 'run',
  name: 'google.cloud.run.v2.Executions',
  methods: {
    GetExecution: getExecution,
    ListExecutions: listExecutions,
    CancelExecution: cancelExecution,
    DeleteExecution: deleteExecution,
  },
};

export function findExecution(project: Project, name: string | null | undefined): ExecutionRun {
  const execution = project.run.executions.get(name ?? '');
  if (!execution) throw notFound(`Resource '${lastSegment(name ?? '')}' of kind 'EXECUTION' does not exist.`);
  return execution;
}

const parentOf = (name: string): string => /^projects\/[^/]+\/locations\/[^/]+/.exec(name)![0];
