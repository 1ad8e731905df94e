import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { milliseconds } from '../cloud/time.ts';
import type { ContainerProcess, Ending } from '../containers/container-process.ts';
import { type MetadataServer, startMetadataServer } from '../containers/metadata-server.ts';
import { watchMemory } from '../containers/watch-memory.ts';
import { memoryBytes } from './check-resources.ts';
import { containerEnvironment } from './container-environment.ts';
import type { ExecutionRun } from './execution-run.ts';
import { jobOf } from './names.ts';
import type { Failure } from './outcome.ts';
import { OutputLog } from './output-log.ts';
import { prepareContainer, StartFailure } from './prepare-container.ts';
import type { Run } from './run.ts';
import { inStartOrder } from './start-order.ts';
import type { Container } from './types.ts';

const defaultTimeoutMs = 600_000;

interface Running {
  container: Container;
  process: ContainerProcess;
}

/** One try at a task: its containers from their start to the end of the last. */
export class TaskAttempt {
  readonly #run: Run;
  readonly #execution: ExecutionRun;
  readonly #index: number;
  readonly #number: number;
  readonly #log: OutputLog;
  readonly #running = new Set<Running>();
  readonly #timers: (() => void)[] = [];
  /** Why it ends, where that is not how its containers do. */
  #cause: 'timeout' | 'out-of-memory' | 'cancelled' | 'killed' | undefined;
  /** Of the first container that failed. */
  #failure: Failure | undefined;
  #terminating = false;
  /** Its first container has ended, and so decided how it ends. */
  #isDecided = false;

  constructor(run: Run, execution: ExecutionRun, index: number, number: number) {
    this.#run = run;
    this.#execution = execution;
    this.#index = index;
    this.#number = number;
    this.#log = new OutputLog(run.parts, execution.proto, index, number);
  }

  /** Resolves with what went wrong, if anything did. */
  async perform(): Promise<Failure | undefined> {
    const { cloud, host, project, tokens } = this.#run.parts;
    const template = this.#execution.proto.template!;
    const folder = host.folder();
    const metadata = await startMetadataServer({
      projectId: project.id,
      projectNumber: project.number,
      region: jobOf(this.#execution.proto.name).location,
      account: this.#account,
      instanceId: this.#log.instanceId,
      tokens,
    });
    const limitMs = template.timeout ? milliseconds(template.timeout) : defaultTimeoutMs;
    this.#timers.push(cloud.timers.after(limitMs, () => this.#end('timeout')));
    try {
      await this.#runContainers(folder, metadata);
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      this.#failure = { kind: 'start', message: error.message, ...(error.reason && { reason: error.reason }) };
      for (const { process } of this.#running) process.signal('SIGKILL');
      await Promise.all([...this.#running].map(({ process }) => process.ended));
    } finally {
      for (const stop of this.#timers) stop();
      // In this order: the port is the mark, and must not be another task's yet.
      host.clean(markOf(metadata), folder);
      metadata.close();
    }
    if (this.#cause === 'timeout' || this.#cause === 'out-of-memory') return { kind: this.#cause };
    return this.#failure;
  }

  terminate(cause: 'cancelled'): void {
    this.#end(cause);
  }

  kill(): void {
    this.#cause ??= 'killed';
    this.#terminating = true;
    this.signal('SIGKILL');
  }

  exhaustMemory(): void {
    if (this.#cause) return;
    this.#cause = 'out-of-memory';
    this.#log.system(
      'ERROR',
      'Memory limit exceeded. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits',
    );
    this.signal('SIGKILL');
  }

  signal(name: NodeJS.Signals): void {
    for (const { process } of this.#running) process.signal(name);
  }

  get #account(): string {
    const { project } = this.#run.parts;
    return this.#execution.proto.template!.serviceAccount || `${project.number}-compute@developer.gserviceaccount.com`;
  }

  async #runContainers(folder: string, metadata: MetadataServer): Promise<void> {
    const template = this.#execution.proto.template!;
    const volumes = new Map((template.volumes ?? []).map(({ name }) => [name!, join(folder, 'volumes', name!)]));
    for (const path of volumes.values()) mkdirSync(path, { recursive: true });
    const environment = containerEnvironment(
      this.#run.parts,
      this.#execution.proto,
      this.#index,
      this.#number,
      metadata.host,
    );
    const prepared = template.containers!.map((container) =>
      prepareContainer(this.#run.parts, { container, volumes, folder, environment, account: this.#account }),
    );
    const ended: Promise<void>[] = [];
    const isOver = () => this.#terminating;
    await inStartOrder(template.containers!, isOver, async (container) => {
      if (isOver()) return;
      const program = prepared[template.containers!.indexOf(container)]!;
      const process = await this.#run.parts.host.start(program, markOf(metadata), (stream, lines) =>
        this.#log.lines(stream, container, lines),
      );
      const running = { container, process };
      this.#running.add(running);
      if (this.#terminating) process.signal(this.#cause === 'killed' ? 'SIGKILL' : 'SIGTERM');
      this.#limitMemory(running);
      ended.push(process.ended.then((ending) => this.#exited(running, ending)));
    });
    await Promise.all(ended);
  }

  #limitMemory({ container, process }: Running): void {
    const { cloud } = this.#run.parts;
    if (cloud.knobs.memory === 'unlimited' || process.pid === undefined) return;
    this.#timers.push(watchMemory(process.pid, memoryBytes(container.resources?.limits), () => this.exhaustMemory()));
  }

  #exited(running: Running, ending: Ending): void {
    this.#running.delete(running);
    const failure = this.#failureOf(running.container, ending);
    // How the others end that the platform ends after the first is nobody's failure.
    if (!this.#isDecided) this.#failure ??= failure;
    if (this.#run.parts.cloud.knobs.taskEnds === 'first-exited') this.#isDecided = true;
    if (this.#failure || this.#isDecided) this.#stopAll();
  }

  #failureOf(container: Container, ending: Ending): Failure | undefined {
    if ('failed' in ending) return { kind: 'start', message: `Application failed to start: ${ending.failed.message}` };
    if ('signal' in ending) {
      this.#log.system('WARNING', `Container terminated on signal ${ending.signal}.`, container);
      return { kind: 'signal', signal: ending.signal };
    }
    this.#log.system(ending.code === 0 ? 'INFO' : 'WARNING', `Container called exit(${ending.code}).`, container);
    return ending.code === 0 ? undefined : { kind: 'exit', code: ending.code };
  }

  #end(cause: 'timeout' | 'cancelled'): void {
    if (this.#cause) return;
    this.#cause = cause;
    if (cause === 'timeout') this.#log.system('ERROR', 'Terminating task because it has reached the maximum timeout.');
    this.#stopAll();
  }

  #stopAll(): void {
    if (this.#terminating) return;
    this.#terminating = true;
    this.signal('SIGTERM');
    const { cloud } = this.#run.parts;
    this.#timers.push(cloud.timers.after(Math.max(1, cloud.knobs.terminationGraceMs), () => this.signal('SIGKILL')));
  }
}

/** By its metadata server's port, which is its own for as long as it lives, a task's processes are told from all others. */
const markOf = ({ host }: MetadataServer): string => `GCE_METADATA_HOST=${host}`;
