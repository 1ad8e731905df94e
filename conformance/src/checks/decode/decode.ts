import { isRunvoyError } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok, rejects } from '../../expect.ts';
import type { World } from '../../world.ts';
import { damaged, randomJson, randomText } from '../support/random-json.ts';
import { startTask } from '../support/tasks.ts';
import { validEvents } from '../support/valid-events.ts';

const check = (what: string, needs: Check['needs'], sentence: string, why: string, run: Check['run']): Check => ({
  id: `decode.${what}`,
  level: 'MUST',
  facet: 'decode',
  ...(needs && { needs }),
  sentence,
  why,
  run,
});

/** Every notification that the harness knows how to make. */
async function known(world: World): Promise<unknown[]> {
  const { notifications = {} } = world.harness;
  const { executionId, ref } = await startTask(world, 'true');
  return [
    notifications.taskChanged?.(executionId, ref),
    notifications.logLines?.(executionId, ['one', 'two'], ref),
    notifications.reconcile?.(),
  ].filter((raw) => raw !== undefined);
}

/** What decode makes of anything: events, or INVALID_REQUEST. */
async function survives({ provider }: World, raw: unknown): Promise<void> {
  const shown = JSON.stringify(raw)?.slice(0, 300);
  const outcome = await provider.decode(raw).catch((error: unknown) => error);
  if (Array.isArray(outcome)) validEvents(outcome, `what ${shown} is decoded to`);
  else ok(isRunvoyError(outcome, 'INVALID_REQUEST'), `events or INVALID_REQUEST for ${shown}: ${outcome}`);
}

const oneBadMessage =
  'One notification that nobody understands would be delivered again and again, or stop the server.';

export const decodeChecks: readonly Check[] = [
  check(
    'task-changed',
    ['harness.taskChanged'],
    'A notification that a task has changed becomes task-changed, with its execution id or its ref.',
    'The end of runs would be noticed late, by chance.',
    async (world) => {
      const task = await startTask(world, 'true');
      const raw = world.harness.notifications!.taskChanged!(task.executionId, task.ref);
      const events = await world.provider.decode(raw);
      validEvents(events, 'what it is decoded to');
      const named = events.filter(
        (event) =>
          event.type === 'task-changed' &&
          ('ref' in event.task ? event.task.ref === task.ref : event.task.executionId === task.executionId),
      );
      equal(named.length, 1, `events about the task: ${JSON.stringify(events)}`);
    },
  ),
  check(
    'log-lines',
    ['harness.logLines'],
    'A notification with lines becomes log-lines, with their texts byte for byte and in order.',
    'Output would be lost or changed on its way.',
    async (world) => {
      const { executionId: id, ref } = await startTask(world, 'true');
      const texts = ['', '{"a":1}', '\u001b[1mx', '  two  ', 'é👩‍👩‍👧', 'a\rb', 'x'.repeat(1000), ''];
      const events = await world.provider.decode(world.harness.notifications!.logLines!(id, texts, ref));
      validEvents(events, 'what it is decoded to');
      const lines = events.flatMap((event) =>
        event.type === 'log-lines' && event.executionId === id ? event.lines : [],
      );
      deepEqual(
        lines.map(({ text }) => text),
        texts,
        'the texts',
      );
      equal(new Set(lines.map((line) => line.id)).size, texts.length, 'different ids');
    },
  ),
  check(
    'same-ids',
    ['harness.logLines'],
    'A notification that is delivered twice gives lines with the same ids.',
    'Lines that the cloud delivers twice would be shown twice.',
    async (world) => {
      const { executionId, ref } = await startTask(world, 'true');
      const raw = world.harness.notifications!.logLines!(executionId, ['one', 'one', 'two'], ref);
      const first = await world.provider.decode(structuredClone(raw));
      const second = await (await world.open()).decode(structuredClone(raw));
      deepEqual(second, first, 'what the second delivery is decoded to');
    },
  ),
  check(
    'reconcile',
    ['harness.reconcile'],
    'The scheduled notification becomes reconcile.',
    'What events have missed would never be found.',
    async (world) => {
      const events = await world.provider.decode(world.harness.notifications!.reconcile!());
      deepEqual(events, [{ type: 'reconcile' }], 'what it is decoded to');
    },
  ),
  check(
    'unknown',
    undefined,
    'A shape that decode does not know gives no events.',
    oneBadMessage,
    async ({ provider }) => {
      const unknown = [
        undefined,
        null,
        0,
        true,
        '',
        'text',
        '{"type":',
        [],
        {},
        [[]],
        { type: 'of-somebody-else' },
        { type: 7 },
      ];
      for (const raw of [...unknown, { unknown: { kind: true } }, 'x'.repeat(100_000), { detail: null }])
        deepEqual(await provider.decode(raw), [], `what ${JSON.stringify(raw)?.slice(0, 60)} is decoded to`);
    },
  ),
  check(
    'malformed',
    ['harness.malformed'],
    'A known shape with a part missing or of the wrong type rejects with INVALID_REQUEST.',
    oneBadMessage,
    async ({ provider, harness }) => {
      for (const raw of harness.notifications!.malformed!)
        await rejects(provider.decode(raw), 'INVALID_REQUEST', `decode of ${JSON.stringify(raw)?.slice(0, 300)}`);
    },
  ),
  check(
    'any-json',
    undefined,
    'decode gives events or INVALID_REQUEST for any JSON and any text, and never crashes.',
    oneBadMessage,
    async (world) => {
      for (let n = 0; n < 500; n++) await survives(world, randomJson(world.random));
      for (let n = 0; n < 100; n++) await survives(world, randomText(world.random));
    },
  ),
  check(
    'damaged',
    ['harness.taskChanged'],
    'decode gives events of the contract or INVALID_REQUEST for a known notification of which any part was replaced or removed.',
    oneBadMessage,
    async (world) => {
      for (const raw of await known(world))
        for (let n = 0; n < 200; n++) await survives(world, damaged(raw, world.random));
    },
  ),
  check(
    'harmless',
    ['harness.taskChanged'],
    'decode leaves what it was given as it was.',
    'A notification that is delivered again would be another one.',
    async (world) => {
      for (const raw of await known(world)) {
        const copy = structuredClone(raw);
        await world.provider.decode(raw);
        deepEqual(raw, copy, 'the notification after decode');
      }
    },
  ),
];
