import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type {
  CallOptions,
  LiveTask,
  PreparedTemplate,
  TaskHandle,
  TaskSpec,
  TaskState,
  Tasks,
  TaskTemplate,
} from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { LocalConfig } from '../config.ts';
import type { SupervisorClient } from '../supervisor/client.ts';
import type { RunOrder } from '../supervisor/protocol.ts';
import type { DockerEngine } from './docker-engine.ts';
import { checkTemplate, containerCpu, dockerPlatform, hostImage } from './image-policy.ts';
import { selectLive } from './task-database.ts';
import { isLive, type TaskRow, taskState } from './task-state.ts';
import type { Templates } from './templates.ts';

export class LocalTasks implements Tasks {
  readonly #config: LocalConfig;
  readonly #lifecycle: Lifecycle;
  readonly #supervisor: SupervisorClient;
  readonly #engine: DockerEngine;
  readonly #templates: Templates;
  readonly #select: StatementSync;
  readonly #selectLive: StatementSync;

  constructor(
    database: DatabaseSync,
    config: LocalConfig,
    lifecycle: Lifecycle,
    supervisor: SupervisorClient,
    engine: DockerEngine,
    templates: Templates,
  ) {
    this.#config = config;
    this.#lifecycle = lifecycle;
    this.#supervisor = supervisor;
    this.#engine = engine;
    this.#templates = templates;
    this.#select = database.prepare('SELECT * FROM tasks WHERE execution = ?');
    this.#selectLive = database.prepare(selectLive);
  }

  async prepare(template: TaskTemplate, call?: CallOptions): Promise<PreparedTemplate> {
    this.#lifecycle.enter(call);
    const notes = await this.#lifecycle.settle(checkTemplate(template, this.#config.runtime, this.#engine), call);
    return { ref: this.#templates.add(template), ...(notes.length > 0 ? { notes } : {}) };
  }

  async forget(ref: string, call?: CallOptions): Promise<void> {
    this.#lifecycle.enter(call);
    this.#templates.remove(ref);
  }

  async templates(call?: CallOptions): Promise<string[]> {
    this.#lifecycle.enter(call);
    return this.#templates.list();
  }

  async start(spec: TaskSpec, call?: CallOptions): Promise<{ ref: string }> {
    this.#lifecycle.enter(call);
    const order = this.#order(spec);
    await this.#lifecycle.settle(this.#supervisor.call({ call: 'start', order }), call);
    return { ref: spec.executionId };
  }

  async inspect({ executionId }: TaskHandle, call?: CallOptions): Promise<TaskState> {
    this.#lifecycle.enter(call);
    const row = this.#row(executionId);
    if (!isLive(row) || this.#supervisor.connected) return taskState(row);
    // Is anybody watching over it? A new supervisor answers only when it has accounted for what an earlier one left.
    await this.#lifecycle.settle(this.#supervisor.connect(), call);
    return taskState(this.#row(executionId));
  }

  async stop({ executionId }: TaskHandle, call?: CallOptions): Promise<void> {
    this.#lifecycle.enter(call);
    if (this.#row(executionId)?.phase === 'ended') return;
    await this.#lifecycle.settle(this.#supervisor.call({ call: 'stop', execution: executionId }), call);
  }

  async list(call?: CallOptions): Promise<LiveTask[]> {
    this.#lifecycle.enter(call);
    const isEmpty = this.#selectLive.get() === undefined;
    if (!isEmpty && !this.#supervisor.connected) await this.#lifecycle.settle(this.#supervisor.connect(), call);
    const rows = this.#selectLive.all() as unknown as TaskRow[];
    return rows.map(({ execution }) => ({ executionId: execution, ref: execution }));
  }

  #row(executionId: string): TaskRow | undefined {
    return this.#select.get(executionId) as TaskRow | undefined;
  }

  #order(spec: TaskSpec): RunOrder {
    const { template, stdin, git } = spec;
    return {
      execution: spec.executionId,
      command: spec.command,
      hostEnvironment: this.#config.hostEnvironment,
      env: spec.env,
      secretEnv: spec.secretEnv,
      maskedValues: spec.maskedValues,
      timeoutSeconds: spec.timeoutSeconds,
      ...(stdin ? { stdin: Buffer.from(stdin).toString('base64') } : {}),
      ...(git ? { git } : {}),
      ...(template.image === hostImage ? {} : { container: this.#container(template) }),
    };
  }

  #container({ image, cpu, memory, platform }: TaskTemplate): RunOrder['container'] {
    return {
      image,
      cpu: containerCpu(cpu),
      memory,
      platform: dockerPlatform(platform),
      environment: this.#config.dockerEnvironment,
    };
  }
}
