import type { ProviderEvent } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { runTask, startTask, untilEnded } from '../support/tasks.ts';
import { validEvents } from '../support/valid-events.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `decode.listen.${what}`,
  level: 'MUST',
  facet: 'decode',
  needs: ['listen'],
  sentence,
  why,
  run,
});

/** Listens until aborted, decoding what comes. */
function listenTo({ provider }: Pick<World, 'provider'>) {
  const events: ProviderEvent[] = [];
  const failures: unknown[] = [];
  const abort = new AbortController();
  const deliver = async (raw: unknown): Promise<void> => {
    try {
      // As a cloud's client hands it over: what cannot be sent as JSON would be lost between two processes.
      const decoded = await provider.decode(JSON.parse(JSON.stringify(raw)));
      validEvents(decoded, 'what listen delivers');
      events.push(...decoded);
    } catch (error) {
      failures.push(error);
    }
  };
  const over = provider.listen!(deliver, { signal: abort.signal });
  over.catch(() => undefined);
  return { events, failures, abort, over };
}

const tells =
  ({ executionId, ref }: { executionId: string; ref: string }) =>
  (event: ProviderEvent): boolean =>
    event.type === 'task-changed' &&
    ('ref' in event.task ? event.task.ref === ref : event.task.executionId === executionId);

export const listenChecks: readonly Check[] = [
  check(
    'task-changed',
    'listen delivers that a task has changed, in a form that decode understands, at the latest when it has ended.',
    'The end of a run would be noticed at the next reconciliation only.',
    async (world) => {
      const { events, failures } = listenTo(world);
      const task = await startTask(world, 'exit 3');
      await untilEnded(world, task);
      const seen = events.length;
      await world.until('a notification about the task', () => events.some(tells(task)) || failures.length > 0);
      deepEqual(failures, [], `what could not be decoded, after ${seen} events`);
    },
  ),
  check(
    'end-told',
    'When listen delivers the last change of a task, inspect says already that it has ended.',
    'Core would look too early, and wait for a notification that has been.',
    async (world) => {
      const { provider } = world;
      const abort = new AbortController();
      const phases: string[] = [];
      // A busy machine may deliver the end of the task before its start has been answered.
      const started = Promise.withResolvers<{ executionId: string; ref: string }>();
      const listening = provider.listen!(
        async (raw) => {
          const events = await provider.decode(raw);
          const task = await started.promise;
          if (events.some(tells(task))) phases.push((await provider.tasks.inspect(task)).phase);
        },
        { signal: abort.signal },
      );
      listening.catch(() => undefined);
      started.resolve(await startTask(world, 'sleep 0.3'));
      await world.until('a notification after which inspect says ended', () => phases.at(-1) === 'ended');
      abort.abort();
    },
  ),
  check(
    'others',
    'listen tells of tasks that another connection has started.',
    'A second server would not notice the end of runs of the first.',
    async (world) => {
      const { events } = listenTo({ provider: await world.open() });
      const { task } = await runTask(world, 'true');
      await world.until('a notification about the task', () => events.some(tells(task)));
    },
  ),
  check(
    'stops',
    'listen resolves when its signal aborts, and delivers nothing afterwards.',
    'A server could not be shut down, or would act when it is already closed.',
    async (world) => {
      const listener = listenTo(world);
      const { task } = await runTask(world, 'true');
      await world.until('a notification about the task', () => listener.events.some(tells(task)));
      listener.abort.abort();
      const outcome = await world.during(
        'listen to end after abort',
        listener.over.then(() => 'resolved', String),
      );
      equal(outcome, 'resolved', 'how listen ended');
      const seen = listener.events.length;
      const other = listenTo(world);
      const { task: later } = await runTask(world, 'true');
      await world.until('a notification about a later task', () => other.events.some(tells(later)));
      equal(listener.events.length, seen, 'events delivered before and after abort');
    },
  ),
  check('close', 'listen ends when the provider is closed.', 'A server could not be shut down.', async (world) => {
    const provider = await world.open();
    const { over } = listenTo({ provider });
    await provider.close();
    await world.during(
      'listen to end after close',
      over.catch(() => undefined),
    );
  }),
  check(
    'failing-consumer',
    'A notification that its consumer fails on does not end listen.',
    'One bad notification would make a server deaf.',
    async (world) => {
      let delivered = 0;
      let over = false;
      const listening = world.provider.listen!(
        async () => {
          delivered++;
          throw new Error('the consumer fails on purpose');
        },
        { signal: world.signal },
      ).finally(() => {
        over = true;
      });
      listening.catch(() => undefined);
      await runTask(world, 'true');
      await world.until('a first notification', () => delivered > 0);
      const before = delivered;
      await runTask(world, 'true');
      await world.until('another notification', () => delivered > before);
      ok(!over, 'listen goes on');
    },
  ),
];
