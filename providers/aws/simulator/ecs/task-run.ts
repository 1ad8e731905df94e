import { once } from 'node:events';
import type { ContainerDefinition, Container as ContainerRecord, TaskStopCode } from '@aws-sdk/client-ecs';
import type { Container, ContainerEnd } from '../containers/container.ts';
import type { Deployment } from '../deployment.ts';
import { containerSpec, type TaskPlace } from './container-spec.ts';
import type { StoredDefinition, TaskRecord } from './ecs-state.ts';
import { publishTaskState } from './events.ts';
import { TaskFailure } from './failure.ts';
import { pullImages } from './pull-images.ts';
import { resolveSecrets } from './secrets.ts';
import { openStreams } from './task-logs.ts';

interface Live {
  definition: ContainerDefinition;
  record: ContainerRecord;
  container: Container;
  /** Settles when it has ended, and its record says so. */
  ended: Promise<ContainerEnd>;
}

const defaultStopSeconds = 30;

/** One task, from PROVISIONING to STOPPED. */
export class TaskRun {
  readonly record: TaskRecord;
  readonly stored: StoredDefinition;
  /** Milliseconds since the epoch, from which on API calls see it. */
  readonly visibleFrom: number;
  readonly #deployment: Deployment;
  /** Aborts when it is to stop. */
  readonly #stop = new AbortController();
  /** Settles at RUNNING, or when that does not come any more. */
  readonly #announced = Promise.withResolvers<void>();
  #live: Live[] = [];
  /** Settles at STOPPED. */
  readonly over: Promise<void>;

  constructor(deployment: Deployment, record: TaskRecord, stored: StoredDefinition) {
    this.#deployment = deployment;
    this.record = record;
    this.stored = stored;
    this.visibleFrom = deployment.now() + deployment.knobs.taskVisibility;
    this.over = this.#run().catch((error: Error) => {
      // What a closed cloud was still about to do fails, and nobody cares.
      if (!deployment.closed) process.stderr.write(`simulator: ${record.taskArn}: ${error.stack}\n`);
    });
  }

  /** As StopTask, an interruption or the end of an essential container asks for it. Only the first reason counts. */
  stop(code: TaskStopCode, reason: string): void {
    if (this.#stopping) return;
    Object.assign(this.record, {
      desiredStatus: 'STOPPED',
      stopCode: code,
      stoppedReason: reason,
      stoppingAt: new Date(this.#deployment.now()),
    });
    this.#changed(this.record.lastStatus);
    this.#stop.abort();
  }

  get #stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  async #untilStopping(): Promise<void> {
    if (!this.#stopping) await once(this.#stop.signal, 'abort');
  }

  /** Kills what the named (or the first essential) container runs, as the kernel does when memory is short. */
  killForMemory(containerName?: string): void {
    const live = this.#live.find(({ definition }) =>
      containerName === undefined ? definition.essential : definition.name === containerName,
    );
    live?.container.kill('out-of-memory');
  }

  /** Ends what it runs, without a word to anyone. */
  async kill(): Promise<void> {
    for (const { container } of this.#live) container.kill();
    await Promise.all(this.#live.map(({ ended }) => ended));
  }

  /** The warning of Fargate Spot, and the end after it. */
  interrupt(): void {
    this.stop('SpotInterruption', 'Your Spot Task was interrupted.');
  }

  async #run(): Promise<void> {
    const { knobs } = this.#deployment;
    await Promise.resolve();
    let place: TaskPlace | undefined;
    try {
      this.#changed('PROVISIONING');
      await this.#pause(knobs.coldStart * 0.5);
      if (!this.#stopping && knobs.capacity === 'stopped')
        throw new TaskFailure(
          'Capacity is unavailable at this time. Please try again later or in a different availability zone',
        );
      if (!this.#stopping) {
        this.#changed('PENDING', { pullStartedAt: this.#date() });
        await this.#pause(knobs.coldStart * 0.4);
      }
      if (!this.#stopping) {
        place = await this.#prepare();
        await this.#startContainers(place);
      }
      if (!this.#stopping) {
        this.#changed('ACTIVATING');
        await this.#pause(knobs.coldStart * 0.1);
      }
      if (!this.#stopping) this.#runs();
      this.#announced.resolve();
      await this.#untilStopping();
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      this.stop('TaskFailedToStart', error.message);
    }
    this.#announced.resolve();
    await this.#end();
    if (place) await this.#deployment.host.removeFolders(Object.values(place.volumes));
  }

  #runs(): void {
    const { knobs, random } = this.#deployment;
    this.#changed('RUNNING', { startedAt: this.#date(), connectivity: 'CONNECTED' });
    if (random.chance(knobs.outOfMemory)) this.killForMemory();
    if (this.record.capacityProviderName === 'FARGATE_SPOT' && random.chance(knobs.spotInterruption)) this.interrupt();
  }

  async #prepare(): Promise<TaskPlace> {
    const deployment = this.#deployment;
    const { definition } = this.stored;
    const executionRole = this.record.overrides.executionRoleArn ?? definition.executionRoleArn;
    pullImages(deployment, definition, executionRole, this.record);
    this.record.pullStoppedAt = this.#date();
    const secrets = resolveSecrets(deployment, definition, executionRole);
    openStreams(deployment, definition, executionRole, this.record);
    const volumes: Record<string, string> = {};
    for (const { name } of definition.volumes ?? []) volumes[name!] = await deployment.host.createFolder();
    return { deployment, stored: this.stored, task: this.record, secrets, volumes };
  }

  /** In the order of their dependencies; returns when the last has started, or the task is to stop. */
  async #startContainers(place: TaskPlace): Promise<void> {
    const waiting = [...this.stored.definition.containerDefinitions!];
    while (waiting.length > 0 && !this.#stopping) {
      const at = waiting.findIndex(({ dependsOn = [] }) =>
        dependsOn.every(({ containerName }) => this.#live.some(({ record }) => record.name === containerName)),
      );
      if (at === -1) throw new TaskFailure('Container dependencies form a cycle.');
      const [definition] = waiting.splice(at, 1);
      for (const { containerName, condition } of definition!.dependsOn ?? [])
        await this.#dependency(definition!.name!, containerName!, condition!);
      if (!this.#stopping) await this.#startContainer(definition!, place);
    }
  }

  async #dependency(name: string, on: string, condition: string): Promise<void> {
    const live = this.#live.find(({ record }) => record.name === on)!;
    if (condition !== 'COMPLETE' && condition !== 'SUCCESS') return;
    const end = await Promise.race([live.ended, this.#untilStopping().then(() => undefined)]);
    if (this.#stopping || condition === 'COMPLETE' || end?.exitCode === 0) return;
    this.#record(name).reason =
      `dependency graph: failed to resolve container ordering dependency [${on}] for target [${name}]: dependency did not exit successfully.`;
    throw new TaskFailure('Task failed to start');
  }

  async #startContainer(definition: ContainerDefinition, place: TaskPlace): Promise<void> {
    const record = this.#record(definition.name!);
    const { host } = this.#deployment;
    const { spec, finish } = containerSpec(definition, place);
    if (this.#deployment.closed) return;
    const container = await host.start(spec).catch((error: Error) => {
      const reason = `CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: ${error.message}: unknown`;
      record.reason = reason;
      throw new TaskFailure(reason);
    });
    record.lastStatus = 'RUNNING';
    const ended = container.ended.then((end) => {
      finish();
      record.lastStatus = 'STOPPED';
      record.exitCode = end.exitCode;
      if (end.outOfMemory) record.reason = 'OutOfMemoryError: Container killed due to memory usage';
      return end;
    });
    if (definition.essential)
      // However short its life, the task was RUNNING first.
      void Promise.all([ended, this.#announced.promise]).then(() =>
        this.stop('EssentialContainerExited', 'Essential container in task exited'),
      );
    this.#live.push({ definition, record, container, ended });
  }

  async #end(): Promise<void> {
    const { knobs } = this.#deployment;
    const started = this.#live.length > 0;
    if (started) this.#changed('DEACTIVATING');
    if (started) this.#changed('STOPPING');
    for (const { definition, container } of this.#live) {
      const milliseconds = (definition.stopTimeout ?? defaultStopSeconds) * 1000;
      container.stop(Math.min(milliseconds, knobs.maximumStopTimeout));
    }
    await Promise.all(this.#live.map(({ ended }) => ended));
    for (const record of this.record.containers) record.lastStatus = 'STOPPED';
    this.#changed('DEPROVISIONING', { executionStoppedAt: this.#date() });
    await this.#deployment.deliveries.pause(knobs.shutdown);
    this.#changed('STOPPED', { stoppedAt: this.#date(), connectivity: 'DISCONNECTED' });
  }

  #record(name: string): ContainerRecord {
    return this.record.containers.find((record) => record.name === name)!;
  }

  #changed(lastStatus: string, more: Partial<TaskRecord> = {}): void {
    Object.assign(this.record, more, { lastStatus, version: this.record.version + 1 });
    publishTaskState(this.#deployment, this.record);
  }

  #date(): Date {
    return new Date(this.#deployment.now());
  }

  /** Shorter when the task is stopped meanwhile. */
  #pause(milliseconds: number): Promise<void> {
    return this.#deployment.deliveries.pause(milliseconds, this.#stop.signal);
  }
}
