import { isRunvoyError, type TaskTemplate } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { specOf, templateOf, untilEnded } from '../support/tasks.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `tasks.${what}`,
  level: 'MUST',
  facet: 'tasks',
  sentence,
  why,
  run,
});

/** A template that can never run is refused when it is prepared, with a remedy; where only the cloud can tell, at the start. */
async function neverRuns(world: World, template: TaskTemplate): Promise<void> {
  const { tasks } = world.provider;
  const outcome = await tasks.prepare(template).catch((error: unknown) => error);
  if (outcome instanceof Error) {
    ok(isRunvoyError(outcome, 'INVALID_REQUEST'), `INVALID_REQUEST: ${outcome}`);
    ok(outcome.remedy, `a remedy beside "${outcome.message}"`);
    return;
  }
  const spec = await specOf(world, 'true', { template });
  const { ref } = await tasks.start(spec);
  const state = await untilEnded(world, { executionId: spec.executionId, ref });
  equal(state.reason, 'start-failed', 'the reason of the end of a task that can never run');
  ok(state.detail, 'a detail says why it did not start');
}

const hangs = 'A run that can never work would be accepted, and fail without a reason or never start.';

export const templateChecks: readonly Check[] = [
  check(
    'prepare.same-ref',
    'Preparing the same template again, on any connection, gives the same ref.',
    'Every restart of the server would leave another task definition behind.',
    async (world) => {
      const template = templateOf(world);
      const first = await world.provider.tasks.prepare(template);
      const other = (await world.open()).tasks;
      const again = await Promise.all([other.prepare(template), world.provider.tasks.prepare({ ...template })]);
      deepEqual(
        again.map(({ ref }) => ref),
        [first.ref, first.ref],
        'the refs of the second and the third time',
      );
      deepEqual(await other.templates(), [first.ref], 'the templates that exist');
    },
  ),
  check(
    'prepare.listed',
    'templates lists the ref of every template that was prepared, and no other.',
    'Health could not tell which task definitions are missing, and would make them again or not at all.',
    async (world) => {
      const { tasks } = world.provider;
      deepEqual(await tasks.templates(), [], 'the templates of a new deployment');
      const refs: string[] = [];
      for (const imageId of ['conformance-1', 'conformance-2', 'conformance-3'])
        refs.push((await tasks.prepare(templateOf(world, { imageId }))).ref);
      equal(new Set(refs).size, 3, 'different refs of templates of three images');
      deepEqual((await tasks.templates()).sort(), [...refs].sort(), 'the templates that exist');
    },
  ),
  check(
    'forget.gone',
    'A template that was forgotten is not listed any more, and can be prepared again.',
    'Images that were removed would stay in the cloud for ever.',
    async (world) => {
      const { tasks } = world.provider;
      const kept = await tasks.prepare(templateOf(world, { imageId: 'kept' }));
      const { ref } = await tasks.prepare(templateOf(world));
      await tasks.forget(ref);
      deepEqual(await tasks.templates(), [kept.ref], 'the templates after one was forgotten');
      const again = await tasks.prepare(templateOf(world));
      deepEqual(
        (await tasks.templates()).sort(),
        [kept.ref, again.ref].sort(),
        'the templates after it was prepared again',
      );
    },
  ),
  check(
    'forget.absent',
    'forget of a template that is not there is no error.',
    'An image whose template somebody removed by hand could not be deleted.',
    async (world) => {
      const { tasks } = world.provider;
      const { ref } = await tasks.prepare(templateOf(world));
      await tasks.forget(ref);
      await tasks.forget(ref);
      deepEqual(await tasks.templates(), [], 'the templates');
    },
  ),
  check(
    'forget.running',
    'Tasks that run go on when their template is forgotten.',
    'Removing an image would kill the runs of everybody who uses it.',
    async (world) => {
      const { tasks } = world.provider;
      const spec = await specOf(world, 'sleep 1; exit 8');
      const { ref } = await tasks.start(spec);
      await tasks.forget(spec.templateRef);
      const state = await untilEnded(world, { executionId: spec.executionId, ref });
      deepEqual([state.reason, state.exitCode], ['exited', 8], 'reason and exit code');
    },
  ),
  check(
    'prepare.image',
    'An image that does not exist, or that cannot be used here, is refused with INVALID_REQUEST and a remedy, or ends with start-failed.',
    hangs,
    (world) =>
      neverRuns(
        world,
        templateOf(world, { image: world.harness.images?.unknown ?? 'registry.invalid/no-such/image:1' }),
      ),
  ),
  check(
    'prepare.platform',
    'A platform that does not exist is refused with INVALID_REQUEST and a remedy, or ends with start-failed.',
    hangs,
    (world) => neverRuns(world, templateOf(world, { platform: 'Plan9/VAX' })),
  ),
  check(
    'prepare.role',
    'A role that does not exist, or where there are none, is refused with INVALID_REQUEST and a remedy, or ends with start-failed.',
    hangs,
    (world) => neverRuns(world, templateOf(world, { taskRole: world.harness.identities?.unknown ?? 'no-such-role' })),
  ),
  check(
    'prepare.notes',
    'notes, if there are any, are sentences for people.',
    'Users would be shown an empty warning.',
    async (world) => {
      const { notes = [] } = await world.provider.tasks.prepare(templateOf(world));
      ok(
        notes.every((note) => typeof note === 'string' && note.trim() !== ''),
        `notes that say something: ${notes}`,
      );
    },
  ),
];
