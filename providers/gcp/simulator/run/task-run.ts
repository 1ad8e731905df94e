import { timestamp } from '../cloud/time.ts';
import { complete } from '../wire/protos.ts';
import { condition, setCondition } from './conditions.ts';
import type { ExecutionRun } from './execution-run.ts';
import { attemptResult, type Failure } from './outcome.ts';
import type { Run } from './run.ts';
import { TaskAttempt } from './task-attempt.ts';
import type { Task } from './types.ts';

const defaultRetries = 3;

/** One task: its first attempt, and those after it. */
export class TaskRun {
  readonly index: number;
  /** As GetTask answers; changed in place. */
  readonly proto: Task;
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled' = 'waiting';
  /** Of the last attempt, once the task has failed. */
  failure: Failure | undefined;
  readonly #run: Run;
  readonly #execution: ExecutionRun;
  #attempt: TaskAttempt | undefined;

  constructor(run: Run, execution: ExecutionRun, index: number) {
    this.#run = run;
    this.#execution = execution;
    this.index = index;
    this.proto = newTask(run, execution, index);
  }

  get retried(): number {
    return this.proto.retried!;
  }

  /** Runs it to its end. Never rejects. */
  async perform(): Promise<void> {
    if (this.#execution.isCancelled) return;
    const { cloud } = this.#run.parts;
    const retries = this.#execution.proto.template!.maxRetries ?? defaultRetries;
    this.proto.startTime = timestamp(cloud.clock.now());
    this.#become('running');
    for (let number = 0; ; number++) {
      this.#attempt = new TaskAttempt(this.#run, this.#execution, this.index, number);
      this.failure = await this.#attempt.perform().catch((error: Error): Failure => {
        cloud.log(`the simulator failed: ${error.stack}`);
        return { kind: 'start', message: `Internal error: ${error.message}` };
      });
      this.#attempt = undefined;
      this.proto.lastAttemptResult = attemptResult(this.failure);
      if (!this.failure || this.#execution.isCancelled || number >= retries || this.failure.kind === 'start') break;
      this.proto.retried = number + 1;
      this.#execution.countTasks();
    }
    if (this.#execution.isCancelled) this.#become('cancelled');
    else this.#become(this.failure ? 'failed' : 'succeeded');
  }

  /** SIGTERM, and SIGKILL when the grace is over. */
  terminate(cause: 'cancelled'): void {
    this.#attempt?.terminate(cause);
  }

  kill(): void {
    this.#attempt?.kill();
  }

  /** Runs out of memory now, whatever it uses. */
  exhaustMemory(): void {
    this.#attempt?.exhaustMemory();
  }

  signal(name: NodeJS.Signals): void {
    this.#attempt?.signal(name);
  }

  /** The execution is over: what has not run will not. */
  giveUp(): void {
    if (this.state === 'waiting') this.#become('cancelled');
  }

  #become(state: TaskRun['state']): void {
    this.state = state;
    const now = this.#run.parts.cloud.clock.now();
    this.proto.updateTime = timestamp(now);
    if (state === 'running') setCondition(this.proto.conditions!, condition('Started', 'CONDITION_SUCCEEDED', now));
    else {
      this.proto.completionTime = timestamp(now);
      this.proto.reconciling = false;
      const succeeded = state === 'succeeded';
      setCondition(
        this.proto.conditions!,
        condition('Completed', succeeded ? 'CONDITION_SUCCEEDED' : 'CONDITION_FAILED', now, {
          message: this.proto.lastAttemptResult?.status?.message ?? '',
          ...(state === 'cancelled' && { executionReason: 'CANCELLED' }),
        }),
      );
    }
    this.#execution.countTasks();
  }
}

function newTask(run: Run, { proto: execution }: ExecutionRun, index: number): Task {
  const { template } = execution;
  const { random } = run.parts.cloud;
  const now = execution.createTime!;
  return complete<Task>('run', 'google.cloud.run.v2.Task', {
    name: `${execution.name}/tasks/${execution.name!.slice(execution.name!.lastIndexOf('/') + 1)}-task${index}`,
    uid: random.uuid(),
    generation: '1',
    labels: execution.labels!,
    annotations: execution.annotations!,
    createTime: now,
    updateTime: now,
    scheduledTime: now,
    job: execution.job!,
    execution: execution.name!,
    containers: template!.containers!,
    volumes: template!.volumes!,
    maxRetries: template!.maxRetries ?? defaultRetries,
    timeout: template!.timeout!,
    serviceAccount: template!.serviceAccount!,
    executionEnvironment: template!.executionEnvironment!,
    vpcAccess: template!.vpcAccess!,
    reconciling: true,
    conditions: [
      condition('Completed', 'CONDITION_RECONCILING', 0),
      condition('Started', 'CONDITION_RECONCILING', 0),
    ].map((each) => ({ ...each, lastTransitionTime: now })),
    observedGeneration: '1',
    index,
    logUri: execution.logUri!,
    etag: `"${random.hex(16)}"`,
  });
}
