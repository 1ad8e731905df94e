import { timestamp } from '../cloud/time.ts';
import { complete } from '../wire/protos.ts';
import { auditEntry } from './audit-entry.ts';
import { condition, setCondition } from './conditions.ts';
import { lastSegment } from './names.ts';
import { failureOf, type Outcome } from './outcome.ts';
import type { Run } from './run.ts';
import { TaskRun } from './task-run.ts';
import type { Execution, Job, TaskTemplate } from './types.ts';

const day = 24 * 3600 * 1e6;

/** How an execution ended, for its operation and its audit entry: a code of `google.rpc.Code`, 0 for success. */
export interface Conclusion {
  code: number;
  message: string;
}

export interface ExecutionOrder {
  name: string;
  job: Job;
  template: TaskTemplate;
  taskCount: number;
  creator: string;
}

/** One execution from RunJob to its end. */
export class ExecutionRun {
  /** As GetExecution answers; changed in place. */
  readonly proto: Execution;
  readonly tasks: TaskRun[];
  /** Resolves when it is over and its last line is on its way. */
  readonly over: Promise<Conclusion>;
  readonly #run: Run;
  readonly #end: (conclusion: Conclusion) => void;
  #stopColdStart: (() => void) | undefined;
  #cancelled = false;
  #discarded = false;

  constructor(run: Run, order: ExecutionOrder) {
    const { promise, resolve } = Promise.withResolvers<Conclusion>();
    this.#run = run;
    this.over = promise;
    this.#end = resolve;
    this.proto = newExecution(run, order);
    this.tasks = Array.from({ length: order.taskCount }, (_, index) => new TaskRun(run, this, index));
    const { cloud } = run.parts;
    this.#stopColdStart = cloud.timers.after(Math.max(1, cloud.random.within(cloud.knobs.coldStartMs)), () => {
      this.#stopColdStart = undefined;
      void this.#perform();
    });
  }

  get isOver(): boolean {
    return this.proto.completionTime !== null;
  }

  get isCancelled(): boolean {
    return this.#cancelled;
  }

  /** Asks for the end. Twice is no error. */
  cancel(): void {
    if (this.#cancelled || this.isOver) return;
    this.#cancelled = true;
    const now = this.#touch();
    setCondition(
      this.proto.conditions!,
      condition('Completed', 'CONDITION_RECONCILING', now, {
        executionReason: 'CANCELLING',
        message: 'Cancelling execution.',
      }),
    );
    if (this.#stopColdStart) {
      this.#stopColdStart();
      this.#conclude();
    } else for (const task of this.tasks) task.terminate('cancelled');
  }

  /** Kills what runs, at once and without a trace: it was deleted, or the simulator ends. */
  discard(): void {
    this.#cancelled = true;
    this.#discarded = true;
    this.#stopColdStart?.();
    if (this.#stopColdStart) this.#end({ code: 1, message: 'Execution was deleted.' });
    for (const task of this.tasks) task.kill();
  }

  /** Its tasks run out of memory now, whatever they use. */
  exhaustMemory(): void {
    for (const task of this.tasks) task.exhaustMemory();
  }

  /** Its machine is exchanged: SIGTSTP, and SIGCONT when that is done. On the real cloud ten seconds pass, and connections break. */
  maintain(milliseconds = 10_000): void {
    for (const task of this.tasks) task.signal('SIGTSTP');
    this.#run.parts.cloud.timers.after(milliseconds, () => {
      for (const task of this.tasks) task.signal('SIGCONT');
    });
  }

  /** What a viewer sees of its tasks, brought up to date. */
  countTasks(): void {
    const count = (state: TaskRun['state']) => this.tasks.filter((task) => task.state === state).length;
    this.proto.runningCount = count('running');
    this.proto.succeededCount = count('succeeded');
    this.proto.failedCount = count('failed');
    this.proto.cancelledCount = count('cancelled');
    this.proto.retriedCount = this.tasks.reduce((sum, task) => sum + task.retried, 0);
    this.#touch();
  }

  async #perform(): Promise<void> {
    const { parallelism } = this.proto;
    const now = this.#touch();
    this.proto.startTime = timestamp(now);
    for (const type of ['ResourcesAvailable', 'Started'] as const)
      setCondition(this.proto.conditions!, condition(type, 'CONDITION_SUCCEEDED', now));
    const waiting = [...this.tasks];
    const lanes = Array.from({ length: parallelism || this.tasks.length }, async () => {
      for (let task = waiting.shift(); task; task = waiting.shift()) await task.perform();
    });
    await Promise.all(lanes);
    this.#conclude();
  }

  #conclude(): void {
    for (const task of this.tasks) task.giveUp();
    this.countTasks();
    const now = this.#touch();
    this.proto.completionTime = timestamp(now);
    this.proto.reconciling = false;
    const outcome = this.#outcome();
    setCondition(this.proto.conditions!, condition('Completed', outcome.state, now, outcome.condition));
    const conclusion = { code: outcome.code, message: outcome.condition.message ?? '' };
    const { logging } = this.#run.parts;
    if (!this.#discarded) logging.sendAudit(auditEntry(this.#run.parts, this.proto, outcome));
    this.#end(conclusion);
  }

  #outcome(): Outcome {
    if (this.#cancelled)
      return {
        state: 'CONDITION_FAILED',
        code: 1,
        condition: { executionReason: 'CANCELLED', message: 'Execution was cancelled.' },
      };
    const failed = this.tasks.find((task) => task.state === 'failed');
    if (failed) return failureOf(`${lastSegment(this.proto.name!)}-task${failed.index}`, failed.failure!);
    const seconds = (Number(this.proto.completionTime!.seconds) - Number(this.proto.startTime!.seconds)).toFixed(2);
    return {
      state: 'CONDITION_SUCCEEDED',
      code: 0,
      condition: { message: `Execution completed successfully in ${seconds}s.` },
    };
  }

  #touch(): number {
    const now = this.#run.parts.cloud.clock.now();
    this.proto.updateTime = timestamp(now);
    return now;
  }
}

function newExecution(run: Run, order: ExecutionOrder): Execution {
  const { cloud } = run.parts;
  const { job, template, taskCount } = order;
  const now = cloud.clock.now();
  return complete<Execution>('run', 'google.cloud.run.v2.Execution', {
    name: order.name,
    uid: cloud.random.uuid(),
    creator: order.creator,
    generation: '1',
    labels: job.template!.labels ?? {},
    annotations: job.template!.annotations ?? {},
    createTime: timestamp(now),
    updateTime: timestamp(now),
    expireTime: timestamp(now + 400 * day),
    launchStage: 'GA',
    job: lastSegment(job.name!),
    parallelism: job.template!.parallelism || taskCount,
    taskCount,
    template,
    reconciling: true,
    observedGeneration: '1',
    conditions: [
      condition('Completed', 'CONDITION_RECONCILING', now, { message: 'Waiting for execution to complete.' }),
      condition('ResourcesAvailable', 'CONDITION_RECONCILING', now, { message: 'Provisioning imported containers.' }),
      condition('Started', 'CONDITION_RECONCILING', now, { message: 'Waiting for execution to start.' }),
      condition('ContainerReady', 'CONDITION_SUCCEEDED', now),
      condition('Retry', 'CONDITION_SUCCEEDED', now, { reason: 'IMMEDIATE_RETRY', severity: 'INFO' }),
    ],
    logUri: `https://console.cloud.google.com/logs/viewer?project=${run.parts.project.id}&advancedFilter=labels.%22run.googleapis.com/execution_name%22%3D%22${lastSegment(order.name)}%22`,
    etag: `"${cloud.random.hex(16)}"`,
  });
}
