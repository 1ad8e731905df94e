import type { LogLine } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { eventually } from '../support/eventually.ts';
import { runTask, startTask } from '../support/tasks.ts';

const check = (what: string, sentence: string, why: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id: `logs.archive.${what}`,
  level: 'MUST',
  facet: 'logs',
  needs: ['archive'],
  sentence,
  why,
  run,
  ...more,
});

async function readArchive({ provider }: World, executionId: string): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for await (const lines of provider.logs.archive!(executionId)) found.push(...lines);
  return found;
}

const archived = (world: World, executionId: string, count: number): Promise<LogLine[]> =>
  eventually(
    world.harness.lag?.logs,
    () => readArchive(world, executionId),
    (lines) => lines.length >= count,
  );

export const archiveChecks: readonly Check[] = [
  check(
    'holds',
    'archive gives what the task printed, with the ids that its events carried.',
    'Lines that the cloud did not deliver could not be filled in, or would be there twice.',
    async (world) => {
      const { task } = await runTask(world, 'echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three');
      const lines = await archived(world, task.executionId, 3);
      const texts = lines.filter(({ stream }) => stream !== 'system').map(({ stream, text }) => `${stream} ${text}`);
      deepEqual(texts.slice(0, 3), ['stdout one', 'stderr two', 'stdout three'], 'the lines of the archive');
      equal(new Set(lines.map(({ id }) => id)).size, lines.length, 'different ids');
      const ids = new Map(lines.map(({ id, text }) => [id, text]));
      for (const raw of (await world.deployment.delivered?.()) ?? [])
        for (const event of await world.provider.decode(raw))
          if (event.type === 'log-lines' && event.executionId === task.executionId)
            for (const { id, text } of event.lines)
              equal(ids.get(id), text, `the archived line with the id ${id} of an event`);
    },
  ),
  check(
    'appendable',
    'What archive gives can be appended as it is, and appending it twice adds it once.',
    'Filling gaps would fail, or repeat lines.',
    async (world) => {
      const { task } = await runTask(world, 'echo one; echo two');
      const lines = await archived(world, task.executionId, 2);
      ok(lines.length >= 2, 'the archive has the lines');
      const { logs } = world.provider;
      await logs.append('copy', lines);
      await logs.append('copy', lines);
      const { chunks } = await logs.read('copy');
      equal(
        chunks.reduce((sum, { count }) => sum + count, 0),
        lines.length,
        'lines in the log',
      );
    },
  ),
  check(
    'nothing',
    'archive of an execution that printed nothing, or was never started, gives no line.',
    'A run would be shown the output of another.',
    async (world) => {
      deepEqual(await readArchive(world, world.executionId()), [], 'what archive gives');
    },
  ),
  check(
    'breaks-off',
    'archive stops when its consumer breaks off.',
    'Looking at a large archive would go on without anybody.',
    async (world) => {
      const task = await startTask(world, 'for i in 1 2 3 4 5; do echo $i; done');
      await archived(world, task.executionId, 5);
      const once = async () => {
        for await (const _lines of world.provider.logs.archive!(task.executionId)) break;
      };
      await world.during('archive to stop after break', once());
      await world.during('archive to stop after break, again', once());
    },
  ),
];
