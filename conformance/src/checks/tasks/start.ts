import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { outputOf, printedOn } from '../support/output.ts';
import { inSharedFolder } from '../support/shared-folder.ts';
import { runTask, specOf, templateOf, untilEnded } from '../support/tasks.ts';

const check = (what: string, sentence: string, why: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id: `tasks.start.${what}`,
  level: 'MUST',
  facet: 'tasks',
  sentence,
  why,
  run,
  ...more,
});

const twice =
  'A retried submission, or a second server, would run the command twice: twice the payment, twice the mail.';

export const startChecks: readonly Check[] = [
  check(
    'once',
    'A task that is started many times with one execution id at the same time, from two connections, runs once, and every call answers with the same ref.',
    twice,
    (world) =>
      inSharedFolder(async (folder) => {
        const marks = join(folder, 'marks');
        const spec = await specOf(world, `echo x >> '${marks}'`);
        const facets = [world.provider.tasks, (await world.open()).tasks];
        const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => facets[n % 2]!.start(spec)));
        const refs = new Set(answers.map(({ ref }) => ref));
        equal(refs.size, 1, `different refs: ${[...refs].join(', ')}`);
        await untilEnded(world, { executionId: spec.executionId, ref: answers[0]!.ref });
        const again = await facets[1]!.start(spec);
        equal(again.ref, answers[0]!.ref, 'the ref of a start after the end');
        await world.until('nothing to live any more', async () => (await facets[0]!.list()).length === 0);
        equal(readFileSync(marks, 'utf8'), 'x\n', 'what the command left: one mark a run');
      }),
    { needs: ['harness.repositories'] },
  ),
  check(
    'after-end',
    'A start with the id of a task that has ended starts nothing and leaves its end as it was.',
    twice,
    async (world) => {
      const { task, state } = await runTask(world, 'exit 9');
      const { ref } = await world.provider.tasks.start(
        await specOf(world, 'sleep 300', { executionId: task.executionId }),
      );
      equal(ref, task.ref, 'the ref');
      deepEqual(await world.provider.tasks.inspect(task), state, 'the state');
      deepEqual(await world.provider.tasks.list(), [], 'the tasks that live');
    },
  ),
  check(
    'known',
    'A task is known from the moment that start has resolved, on every connection, as pending, running or ended.',
    'A run that was just submitted would be taken for lost.',
    async (world) => {
      const other = await world.open();
      const spec = await specOf(world, 'sleep 300');
      const { ref } = await world.provider.tasks.start(spec);
      const { phase } = await other.tasks.inspect({ executionId: spec.executionId, ref });
      ok(phase === 'pending' || phase === 'running', `pending or running: ${phase}`);
    },
  ),
  check(
    'state',
    'The state that start may answer with is one that inspect could give.',
    'A run would be recorded in a state that there is not.',
    async (world) => {
      const { state } = await world.provider.tasks.start(await specOf(world, 'exit 0'));
      const phases = ['pending', 'running', 'ended', undefined];
      ok(phases.includes(state?.phase), `a phase of a task that was accepted: ${state?.phase}`);
    },
  ),
  check(
    'many',
    'Fifty tasks at once each end with their own exit code and their own output.',
    'The results of runs that are started together would be mixed up or lost.',
    async (world) => {
      const { tasks } = world.provider;
      const { ref: templateRef } = await tasks.prepare(templateOf(world));
      const specs = await Promise.all(
        Array.from({ length: 50 }, (_, n) => specOf(world, `echo task ${n}; exit ${n}`, { templateRef })),
      );
      const handles = await Promise.all(
        specs.map(async (spec) => ({ executionId: spec.executionId, ref: (await tasks.start(spec)).ref })),
      );
      equal(new Set(handles.map(({ ref }) => ref)).size, 50, 'different refs');
      for (const [n, task] of handles.entries()) {
        const { reason, exitCode } = await untilEnded(world, task);
        deepEqual([reason, exitCode], ['exited', n], `reason and exit code of task ${n}`);
        const lines = await outputOf(world, task, (seen) => seen.length > 0);
        deepEqual(printedOn(lines, 'stdout'), [`task ${n}`], `the output of task ${n}`);
      }
    },
    { needs: ['output'], limitSeconds: 60 },
  ),
];
