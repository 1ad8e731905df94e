import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { outputOf, printedOn } from '../support/output.ts';
import { runTask, specOf, startTask, untilEnded, untilRunning } from '../support/tasks.ts';

const check = (what: string, sentence: string, why: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id: `tasks.stop.${what}`,
  level: 'MUST',
  facet: 'tasks',
  sentence,
  why,
  run,
  ...more,
});

export const stopChecks: readonly Check[] = [
  check(
    'running',
    'A running task that is stopped ends soon, with the reason stopped and no exit code of 0.',
    'A run that was killed would go on, or be reported as a success.',
    async (world) => {
      const task = await startTask(world, 'sleep 300');
      await untilRunning(world, task);
      await world.provider.tasks.stop(task);
      const state = await untilEnded(world, task);
      equal(state.reason, 'stopped', 'reason');
      ok(state.exitCode !== 0, 'the exit code is not 0');
    },
  ),
  check(
    'by-id',
    'stop needs nothing but the execution id, from any connection.',
    'A run whose server died before it could note the ref could never be stopped.',
    async (world) => {
      const task = await startTask(world, 'sleep 300');
      const other = await world.open();
      await other.tasks.stop({ executionId: task.executionId });
      equal((await untilEnded(world, task)).reason, 'stopped', 'reason');
    },
  ),
  check(
    'at-once',
    'A task that is stopped right after its start ends with the reason stopped.',
    'A run that is killed in its first second would run on unseen.',
    async (world) => {
      const task = await startTask(world, 'sleep 300');
      await world.provider.tasks.stop(task);
      equal((await untilEnded(world, task)).reason, 'stopped', 'reason');
    },
  ),
  check(
    'before-start',
    'An execution that was stopped before its start never runs: a later start ends as stopped.',
    'A run that was killed while it was being submitted would run for a moment all the same.',
    async (world) => {
      const spec = await specOf(world, 'echo it ran');
      await world.provider.tasks.stop({ executionId: spec.executionId });
      const { ref } = await world.provider.tasks.start(spec);
      const task = { executionId: spec.executionId, ref };
      equal((await untilEnded(world, task)).reason, 'stopped', 'reason');
      deepEqual(await world.provider.tasks.list(), [], 'the tasks that live');
    },
    { level: 'SHOULD' },
  ),
  check(
    'twice',
    'A second stop is no error, at the same time or later, and changes nothing.',
    'Pressing Ctrl-C again, or a time-out at the same moment, would fail.',
    async (world) => {
      const task = await startTask(world, 'sleep 300');
      const other = await world.open();
      await untilRunning(world, task);
      await Promise.all([world.provider.tasks.stop(task), other.tasks.stop(task), world.provider.tasks.stop(task)]);
      const state = await untilEnded(world, task);
      await world.provider.tasks.stop(task);
      await other.tasks.stop({ executionId: task.executionId });
      equal(state.reason, 'stopped', 'reason');
      deepEqual(await other.tasks.inspect(task), state, 'the state after more stops');
    },
  ),
  check(
    'after-end',
    'stop after the end is no error, and how the task ended stays as it was.',
    'A run that succeeded would be turned into one that was stopped.',
    async (world) => {
      const { task, state } = await runTask(world, 'exit 5');
      await world.provider.tasks.stop(task);
      await world.provider.tasks.stop({ executionId: task.executionId });
      deepEqual(await world.provider.tasks.inspect(task), state, 'the state after stop');
      equal(state.exitCode, 5, 'exit code');
    },
  ),
  check(
    'unknown',
    'stop of an execution that was never started is no error.',
    'Stopping what has already been forgotten would fail.',
    async (world) => {
      await world.provider.tasks.stop({ executionId: world.executionId() });
    },
  ),
  check(
    'not-others',
    'stop ends one task and no other.',
    'Killing one run would kill those of other people.',
    async (world) => {
      const stopped = await startTask(world, 'sleep 300');
      const other = await startTask(world, 'sleep 2; exit 6');
      await world.provider.tasks.stop(stopped);
      equal((await untilEnded(world, stopped)).reason, 'stopped', 'the reason of the one that was stopped');
      const state = await untilEnded(world, other);
      deepEqual([state.reason, state.exitCode], ['exited', 6], 'how the other ended');
    },
  ),
  check(
    'sigterm',
    'stop begins with SIGTERM, which the command may handle.',
    'Commands could not clean up: locks and half-written files would be left.',
    async (world) => {
      const script = "trap 'echo cleaning up; exit 3' TERM; echo ready; while :; do sleep 0.1; done";
      const task = await startTask(world, script);
      const ready = (text: string) => outputOf(world, task, (seen) => printedOn(seen, 'stdout').includes(text));
      await world.until('the command to be ready', async () =>
        printedOn(await ready('ready'), 'stdout').includes('ready'),
      );
      await world.provider.tasks.stop(task);
      equal((await untilEnded(world, task)).reason, 'stopped', 'reason');
      deepEqual(printedOn(await ready('cleaning up'), 'stdout'), ['ready', 'cleaning up'], 'standard output');
    },
    { needs: ['output'] },
  ),
  check(
    'exit-zero',
    'A command that exits with 0 because it was stopped has the reason stopped.',
    'A run that was killed half-way would be reported as a success.',
    async (world) => {
      const task = await startTask(world, "trap 'exit 0' TERM; while :; do sleep 0.1; done");
      await untilRunning(world, task);
      await world.provider.tasks.stop(task);
      equal((await untilEnded(world, task)).reason, 'stopped', 'reason');
    },
  ),
];
