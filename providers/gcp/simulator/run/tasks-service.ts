import type { protos } from '@google-cloud/run';
import { notFound } from '../cloud/cloud-error.ts';
import { pageOf } from '../wire/page.ts';
import type { Method, Service } from '../wire/service.ts';
import { findExecution } from './executions-service.ts';
import { lastSegment } from './names.ts';
import type { Task } from './types.ts';

const getTask: Method<protos.google.cloud.run.v2.IGetTaskRequest, Task> = {
  permission: () => 'run.tasks.get',
  resource: ({ name }) => name ?? '',
  handle({ name }, { project }) {
    const execution = findExecution(project, name?.replace(/\/tasks\/[^/]*$/, ''));
    const task = execution.tasks.find(({ proto }) => proto.name === name);
    if (!task) throw notFound(`Resource '${lastSegment(name ?? '')}' of kind 'TASK' does not exist.`);
    return task.proto;
  },
};

const listTasks: Method<protos.google.cloud.run.v2.IListTasksRequest, protos.google.cloud.run.v2.IListTasksResponse> = {
  permission: () => 'run.tasks.list',
  resource: ({ parent }) => parent ?? '',
  handle(request, { project }) {
    const { tasks } = findExecution(project, request.parent);
    const { items, nextPageToken } = pageOf(tasks, request);
    return { tasks: items.map(({ proto }) => proto), nextPageToken };
  },
};

/** `google.cloud.run.v2.Tasks`. */
export const tasksService: Service = {
  package: 'run',
  name: 'google.cloud.run.v2.Tasks',
  methods: { GetTask: getTask, ListTasks: listTasks },
};
