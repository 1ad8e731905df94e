import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { eventually } from '../support/eventually.ts';
import { runTask, startTask, untilEnded, untilRunning } from '../support/tasks.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `tasks.${what}`,
  level: 'MUST',
  facet: 'tasks',
  sentence,
  why,
  run,
});

const hour = 3_600_000;

export const inspectChecks: readonly Check[] = [
  check(
    'inspect.absent',
    'inspect of an execution that was never started says absent.',
    'A run whose task was never accepted would wait for it for ever.',
    async (world) => {
      deepEqual(
        await world.provider.tasks.inspect({ executionId: world.executionId() }),
        { phase: 'absent' },
        'the state',
      );
    },
  ),
  check(
    'inspect.by-id',
    'inspect by the execution id alone says the same as with the ref, while the task runs and after its end.',
    'A run whose server died before it noted the ref down would be lost.',
    async (world) => {
      const task = await startTask(world, 'sleep 300');
      const running = await untilRunning(world, task);
      const { tasks } = await world.open();
      deepEqual(await tasks.inspect({ executionId: task.executionId }), running, 'the state while it runs');
      await tasks.stop(task);
      const ended = await untilEnded(world, task);
      deepEqual(await tasks.inspect({ executionId: task.executionId }), ended, 'the state after the end');
    },
  ),
  check(
    'inspect.running',
    'A running task has the phase running and the time when it began, in milliseconds since the epoch.',
    'The duration of runs would be wrong by a factor of a thousand.',
    async (world) => {
      const before = Date.now();
      const state = await untilRunning(world, await startTask(world, 'sleep 300'));
      ok(state.phase === 'running', 'the phase is running');
      ok(Number.isFinite(state.startedAt), `a number: ${state.startedAt}`);
      ok(Math.abs(state.startedAt - before) < hour, `about now (${before}): ${state.startedAt}`);
    },
  ),
  check(
    'inspect.times',
    'An ended task has the times of its beginning and its end, in milliseconds since the epoch and in this order.',
    'Runs would have a negative duration, or one of days.',
    async (world) => {
      const before = Date.now();
      const { state } = await runTask(world, 'sleep 1');
      const { startedAt = state.endedAt, endedAt } = state;
      ok(endedAt - startedAt >= 500 && endedAt - startedAt < 15_000, `about a second: ${endedAt - startedAt} ms`);
      ok(Math.abs(endedAt - before) < hour, `about now (${before}): ${endedAt}`);
    },
  ),
  check(
    'inspect.stable',
    'Once a task has ended inspect says the same for good, on every connection and after a reopening.',
    'The result of a run would change after it was published.',
    async (world) => {
      const { task, state } = await runTask(world, 'exit 11');
      for (let n = 0; n < 3; n++) deepEqual(await world.provider.tasks.inspect(task), state, 'the state, asked again');
      await world.provider.close();
      const again = (await world.open()).tasks;
      deepEqual(await again.inspect(task), state, 'the state after the deployment was opened again');
      deepEqual(await again.inspect({ executionId: task.executionId }), state, 'the state by the execution id alone');
    },
  ),
  check(
    'list.lives',
    'list gives every task that has not ended, with its execution id and its ref, and no other.',
    'Runs that nobody knows of would never be found, and others would be killed as such.',
    async (world) => {
      const { tasks } = await world.open();
      deepEqual(await tasks.list(), [], 'the tasks of a new deployment');
      const { task: ended } = await runTask(world, 'true');
      const living = [
        await startTask(world, 'sleep 300'),
        await startTask(world, 'sleep 300'),
        await startTask(world, 'sleep 300'),
      ];
      const sorted = (some: readonly { executionId: string; ref: string }[]) =>
        some.map(({ executionId, ref }) => `${executionId} ${ref}`).sort();
      const seen = await eventually(
        world.harness.lag?.tasks,
        () => tasks.list(),
        (found) => found.length === 3,
      );
      deepEqual(sorted(seen), sorted(living), `the tasks that live, without ${ended.executionId}, which has ended`);
    },
  ),
  check(
    'list.ended',
    'A task that was stopped leaves the list.',
    'Reconciliation would stop it again and again.',
    async (world) => {
      const task = await startTask(world, 'sleep 300');
      await untilRunning(world, task);
      await world.provider.tasks.stop(task);
      await untilEnded(world, task);
      const seen = await eventually(
        world.harness.lag?.tasks,
        () => world.provider.tasks.list(),
        (found) => found.length === 0,
      );
      deepEqual(seen, [], 'the tasks that live');
    },
  ),
  check(
    'ref.form',
    'The ref of a task is a text that is not empty, and another one for every task.',
    'A notification about one task would be taken for one about another.',
    async (world) => {
      const refs = [(await startTask(world, 'true')).ref, (await startTask(world, 'true')).ref];
      ok(
        refs.every((ref) => typeof ref === 'string' && ref !== ''),
        `texts: ${refs}`,
      );
      equal(new Set(refs).size, 2, 'different refs');
    },
  ),
];
