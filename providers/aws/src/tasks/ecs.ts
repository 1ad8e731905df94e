import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  type ECSClientConfig,
  ListTaskDefinitionsCommand,
  type ListTaskDefinitionsCommandInput,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type RunTaskCommandOutput,
  StopTaskCommand,
  type Task,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { CallOptions } from '@runvoy/core/provider';
import type { Calls } from '../clients/calls.ts';

const tasksAtOnce = 100;
const definitionsAtOnce = 10;

/** ECS's calls, for one cluster. */
export class Ecs {
  readonly #client: ECSClient;
  readonly #calls: Calls;
  readonly #cluster: string;

  constructor(config: ECSClientConfig, calls: Calls, cluster: string) {
    this.#client = new ECSClient(config);
    this.#calls = calls;
    this.#cluster = cluster;
  }

  /** The region that the client has found. */
  region(): Promise<string> {
    return this.#client.config.region();
  }

  run(input: RunTaskCommandInput, call?: CallOptions): Promise<RunTaskCommandOutput> {
    const command = new RunTaskCommand({ ...input, cluster: this.#cluster });
    return this.#calls.run((options) => this.#client.send(command, options), call);
  }

  /** Those of these tasks that ECS knows; it forgets a task an hour after its end. */
  async describe(ids: readonly string[], call?: CallOptions): Promise<Task[]> {
    const found: Task[] = [];
    for (let at = 0; at < ids.length; at += tasksAtOnce) {
      const command = new DescribeTasksCommand({ cluster: this.#cluster, tasks: ids.slice(at, at + tasksAtOnce) });
      const { tasks = [] } = await this.#calls.run((options) => this.#client.send(command, options), call);
      found.push(...tasks);
    }
    return found;
  }

  /** Ids of tasks, all pages; `STOPPED` includes those that are being stopped. */
  async list(
    filter: { desiredStatus: 'RUNNING' | 'STOPPED'; startedBy?: string },
    call?: CallOptions,
  ): Promise<string[]> {
    const found: string[] = [];
    let nextToken: string | undefined;
    do {
      const command = new ListTasksCommand({ cluster: this.#cluster, ...filter, ...(nextToken && { nextToken }) });
      const page = await this.#calls.run((options) => this.#client.send(command, options), call);
      for (const arn of page.taskArns ?? []) found.push(lastPart(arn));
      nextToken = page.nextToken;
    } while (nextToken);
    return found;
  }

  /** A task that is not there is no error. */
  async stop(id: string, reason: string, call?: CallOptions): Promise<void> {
    const command = new StopTaskCommand({ cluster: this.#cluster, task: id, reason });
    try {
      await this.#calls.run((options) => this.#client.send(command, options), call);
    } catch (error) {
      const { name, message } = error as { name?: unknown; message?: unknown };
      if (name !== 'InvalidParameterException' || !/not found/i.test(String(message))) throw error;
    }
  }

  /** The latest active revision of a family. */
  async definition(family: string, call?: CallOptions): Promise<TaskDefinition | undefined> {
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: family });
    try {
      const { taskDefinition } = await this.#calls.run((options) => this.#client.send(command, options), call);
      return taskDefinition?.status === 'INACTIVE' ? undefined : taskDefinition;
    } catch (error) {
      if (isMissingDefinition(error)) return undefined;
      throw error;
    }
  }

  async register(input: RegisterTaskDefinitionCommandInput, call?: CallOptions): Promise<void> {
    await this.#calls.run((options) => this.#client.send(new RegisterTaskDefinitionCommand(input), options), call);
  }

  /** ARNs of active revisions, of one family or of all. */
  async definitions(familyPrefix?: string, call?: CallOptions): Promise<string[]> {
    const found: string[] = [];
    const input: ListTaskDefinitionsCommandInput = { status: 'ACTIVE', ...(familyPrefix && { familyPrefix }) };
    let nextToken: string | undefined;
    do {
      const command = new ListTaskDefinitionsCommand({ ...input, ...(nextToken && { nextToken }) });
      const page = await this.#calls.run((options) => this.#client.send(command, options), call);
      found.push(...(page.taskDefinitionArns ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
    return found;
  }

  /** Deregisters and deletes revisions; tasks that use them go on. */
  async removeDefinitions(arns: readonly string[], call?: CallOptions): Promise<void> {
    for (const taskDefinition of arns) {
      const command = new DeregisterTaskDefinitionCommand({ taskDefinition });
      try {
        await this.#calls.run((options) => this.#client.send(command, options), call);
      } catch (error) {
        if (!isMissingDefinition(error)) throw error;
      }
    }
    for (let at = 0; at < arns.length; at += definitionsAtOnce) {
      const taskDefinitions = arns.slice(at, at + definitionsAtOnce);
      const command = new DeleteTaskDefinitionsCommand({ taskDefinitions });
      await this.#calls.run((options) => this.#client.send(command, options), call);
    }
  }

  close(): void {
    this.#client.destroy();
  }
}

/** The id of a task, the name of a definition: what an ARN ends with. */
export const lastPart = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** However ECS says that a task definition is not there, or not any more. */
export function isMissingDefinition(error: unknown): boolean {
  const { name, message } = error as { name?: unknown; message?: unknown };
  const told = /task ?definition.*(not found|inactive|does not exist)|unable to describe task definition/i;
  return (name === 'ClientException' || name === 'InvalidParameterException') && told.test(String(message));
}
