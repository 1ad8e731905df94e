import type { CallLog } from './control/call-log.ts';
import type { Knobs } from './control/knobs.ts';
import type { Deployment } from './deployment.ts';
import { sweepExpired } from './dynamodb/sweep.ts';
import { FunctionUrl } from './gateway/function-url.ts';
import type { Handler } from './lambda/lambda-function.ts';
import type { Names } from './names.ts';
import type { UnusedGrant } from './permissions/access.ts';
import type { Grant } from './permissions/grants.ts';

export interface Handlers {
  /** Answers HTTP requests of the Function URL. */
  orchestrator?: Handler;
  /** Takes events, log batches, sockets and the schedule. */
  processor?: Handler;
}

/** What the outside sees of a deployment: its settings, its functions, its knobs, and what was asked of it. */
export class SimulatedDeployment {
  readonly #deployment: Deployment;
  readonly #closed: () => Promise<void>;
  #closing: Promise<void> | undefined;
  #front: FunctionUrl | undefined;

  constructor(deployment: Deployment, closed: () => Promise<void>) {
    this.#deployment = deployment;
    this.#closed = closed;
  }

  /** Settings with the rights of both Lambdas, for a server that is both. */
  get env(): Record<string, string> {
    return this.#deployment.env('both');
  }

  /** Settings of one of them, or of somebody who may do anything. */
  envOf(caller: 'orchestrator' | 'processor' | 'both' | 'administrator'): Record<string, string> {
    return this.#deployment.env(caller);
  }

  get names(): Names {
    return this.#deployment.names;
  }

  /** Set members at any time. */
  get knobs(): Knobs {
    return this.#deployment.knobs;
  }

  get calls(): CallLog {
    return this.#deployment.calls;
  }

  /** How containers are kept apart on this machine. */
  get isolation(): 'namespaces' | 'process-group' {
    return this.#deployment.host.isolation;
  }

  /** Deploys the code of the Lambdas; what is left out stays as it is. Answers with the Function URL. */
  async connect(handlers: Handlers, options: { port?: number } = {}): Promise<{ url: string }> {
    const { orchestrator, processor } = this.#deployment;
    if (handlers.orchestrator) orchestrator.handler = handlers.orchestrator;
    if (handlers.processor) processor.handler = handlers.processor;
    this.#front ??= await FunctionUrl.open(this.#deployment, options.port);
    return { url: this.#front.url };
  }

  /** A line of a Lambda's log, as its runtime writes it to CloudWatch. */
  log(as: 'orchestrator' | 'processor', line: string): void {
    const { logs, names, now } = this.#deployment;
    const day = new Date(now()).toISOString().slice(0, 10).replaceAll('-', '/');
    logs.write(names.logGroups[as], `${day}/[$LATEST]${'0'.repeat(32)}`, [{ timestamp: now(), message: line }]);
  }

  /** The hourly event, now. */
  fireSchedule(): void {
    this.#deployment.events.fireSchedule();
  }

  /** And by itself from now on. */
  startSchedule(milliseconds = 3600_000): void {
    this.#deployment.events.startSchedule(milliseconds);
  }

  /** A role that images may name; `grants` as in permissions.json. */
  addRole(name: string, grants: readonly Omit<Grant, 'role'>[] = []): string {
    return this.#deployment.addRole(name, grants).arn;
  }

  removeRole(name: string): void {
    this.#deployment.roles.remove(name);
  }

  /** Kills a container of a task for its memory: the named one, or the first essential one that runs. */
  killForMemory(taskArn: string, container?: string): void {
    this.#deployment.ecs.tasks.get(taskArn)?.killForMemory(container);
  }

  /** Takes a Fargate Spot task's machine away. */
  interruptSpot(taskArn: string): void {
    this.#deployment.ecs.tasks.get(taskArn)?.interrupt();
  }

  /** Invokes the processor as an event source would, with the retries of an asynchronous invocation. */
  async deliver(event: unknown): Promise<void> {
    await this.#deployment.processor.invokeAsynchronously(event);
  }

  /** Deletes what has expired, as DynamoDB does "within a few days". Answers with how many items that were. */
  sweep(): Promise<number> {
    return sweepExpired(this.#deployment);
  }

  /** Events that failed in every attempt and are lost. */
  get dropped(): readonly unknown[] {
    return [...this.#deployment.orchestrator.dropped, ...this.#deployment.processor.dropped];
  }

  /** Grants of the permission table that no call has needed. */
  unusedGrants(): UnusedGrant[] {
    return this.#deployment.access.unused(Object.values(this.#deployment.names.roles));
  }

  /** Resolves when every task has stopped and nothing is on its way to a function. */
  async settled(): Promise<void> {
    const { ecs, deliveries } = this.#deployment;
    for (;;) {
      await Promise.all([...ecs.tasks.values()].map(({ over }) => over));
      if (deliveries.settled && [...ecs.tasks.values()].every(({ record }) => record.lastStatus === 'STOPPED')) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Ends its tasks, its sockets and its Function URL, and removes its tables. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#deployment.close();
    await this.#front?.close();
    await this.#closed();
  }
}
