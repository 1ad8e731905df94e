import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import type { OutputLine } from '../containers/container.ts';
import type { Deployment } from '../deployment.ts';
import { arnOf } from '../names.ts';
import type { TaskRecord } from './ecs-state.ts';
import { TaskFailure } from './failure.ts';

const streamName = ({ logConfiguration, name }: ContainerDefinition, task: TaskRecord) =>
  `${logConfiguration!.options!['awslogs-stream-prefix']}/${name}/${task.taskArn.split('/').at(-1)}`;

/** What the log driver does before a container starts. It needs the group, and a role that may write to it. */
export function openStreams(
  deployment: Deployment,
  definition: TaskDefinition,
  executionRole: string | undefined,
  task: TaskRecord,
): void {
  for (const container of definition.containerDefinitions ?? []) {
    if (container.logConfiguration?.logDriver !== 'awslogs') continue;
    const group = container.logConfiguration.options!['awslogs-group']!;
    const refuse = (cause: string) => {
      throw new TaskFailure(
        `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${cause}: exit status 1`,
      );
    };
    const caller = deployment.callerForRole(executionRole!);
    const resource = arnOf(deployment.names, 'logs', `log-group:${group}:log-stream:${streamName(container, task)}`);
    for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
      if (!deployment.access.allows(caller, action, resource))
        refuse(
          `AccessDeniedException: User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`,
        );
    }
    if (!deployment.logs.groups.has(group))
      refuse('ResourceNotFoundException: The specified log group does not exist.');
  }
}

export interface LogSink {
  add(line: OutputLine): void;
  end(): void;
}

const nowhere: LogSink = { add: () => {}, end: () => {} };

/** The awslogs driver of one container: collects lines, and hands them over in batches. Its stream comes with its first line. */
export function logSink(container: ContainerDefinition, deployment: Deployment, task: TaskRecord): LogSink {
  const { logConfiguration } = container;
  if (logConfiguration?.logDriver !== 'awslogs') return nowhere;
  const group = logConfiguration.options!['awslogs-group']!;
  const stream = streamName(container, task);
  let batch: OutputLine[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const lines = batch;
    batch = [];
    if (lines.length === 0) return;
    // Both streams are read at once, and CloudWatch wants them in order.
    const events = lines.map(({ text, time }) => ({ message: text, timestamp: time }));
    deployment.logs.write(
      group,
      stream,
      events.sort((one, other) => one.timestamp - other.timestamp),
    );
  };
  deployment.logs.openStream(group, stream);
  return {
    add(line) {
      if (line.text === '') {
        if (deployment.knobs.emptyLines === 'dropped') return;
      }
      batch.push(line);
      timer ??= setTimeout(flush, deployment.knobs.logFlush);
    },
    end: flush,
  };
}
