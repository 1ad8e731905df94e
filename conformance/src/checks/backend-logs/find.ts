import type { BackendLogEntry } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { eventually } from '../support/eventually.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `backend-logs.${what}`,
  level: 'MUST',
  facet: 'backend-logs',
  needs: ['backendLogs', 'backendLogs.write'],
  sentence,
  why,
  run,
});

const entry = (requestId: unknown, time: number, more: object = {}): string =>
  JSON.stringify({ level: 30, time, request_id: requestId, msg: `at ${time}`, ...more });

/** A line is written in the background: what another connection finds may be later by that. */
const backgroundMs = 2000;

function found({ provider, harness }: World, requestId: string, count: number): Promise<BackendLogEntry[]> {
  const find = () => provider.backendLogs!.find(requestId);
  return eventually((harness.lag?.logs ?? 0) + backgroundMs, find, (entries) => entries.length >= count);
}

export const backendLogChecks: readonly Check[] = [
  check(
    'find.kept',
    'find gives every line that was written with this request id, as it was written, on every connection.',
    'Nobody could find out what happened to a request.',
    async (world) => {
      const id = world.executionId();
      const other = await world.open();
      const lines = [1, 2, 3].map((n) =>
        entry(id, world.clock.now() + n, { text: `"quoted" \\ é\n${n}`, nested: { n } }),
      );
      for (const [n, line] of lines.entries()) (n === 1 ? other : world.provider).backendLogs!.write!(line);
      await other.close();
      deepEqual(
        (await found(world, id, 3)).map(({ text }) => text),
        lines,
        'the lines',
      );
    },
  ),
  check(
    'find.oldest-first',
    'find gives the oldest entry first, by their own times, which are in milliseconds since the epoch.',
    'A trace would tell a story in the wrong order.',
    async (world) => {
      const id = world.executionId();
      const start = world.clock.now();
      const times = [start + 3000, start + 1000, start + 2000];
      for (const time of times) world.provider.backendLogs!.write!(entry(id, time));
      const entries = await found(world, id, 3);
      deepEqual(
        entries.map(({ time }) => time),
        [start + 1000, start + 2000, start + 3000],
        'the times',
      );
    },
  ),
  check(
    'find.others',
    'find gives no entry that has another request id, or has this one elsewhere than in its root field request_id.',
    'A trace would show the requests of other people.',
    async (world) => {
      const id = world.executionId();
      const time = world.clock.now();
      const { write } = world.provider.backendLogs!;
      const lines = [
        entry(`${id}0`, time),
        entry(id.slice(0, -1), time),
        entry(id.toUpperCase(), time),
        entry('other', time, { text: id }),
        entry('other', time, { nested: { request_id: id } }),
        entry('other', time, { text: `"request_id":"${id}"` }),
        entry([id], time),
        `not json, but with "request_id":"${id}"`,
        entry(id, time, { own: true }),
      ];
      for (const line of lines) write!.call(world.provider.backendLogs, line);
      const texts = (await found(world, id, 1)).map(({ text }) => text);
      deepEqual(texts, lines.slice(-1), 'the lines');
    },
  ),
  check(
    'find.nothing',
    'find of a request that left no line gives none.',
    'A trace of an unknown request would be a server error.',
    async (world) => {
      deepEqual(await world.provider.backendLogs!.find(world.executionId()), [], 'the entries of an unknown request');
      for (const odd of ['', '"', '*', '%', '.*', '{ $.x = 1 }', "' OR '1'='1", '\\', 'é'])
        ok(Array.isArray(await world.provider.backendLogs!.find(odd)), `a list for the request id ${odd}`);
    },
  ),
  check(
    'write.never-throws',
    'write never throws, whatever the line is and after close too.',
    'A line of the log would take the server down.',
    async (world) => {
      const other = await world.open();
      const lines = [
        '',
        '{',
        'null',
        '[]',
        '"x"',
        'not json',
        '{"request_id":null}',
        '{"time":"x"}',
        `{"text":"${'x'.repeat(300_000)}"}`,
      ];
      for (const line of lines) other.backendLogs!.write!(line);
      const id = world.executionId();
      other.backendLogs!.write!(entry(id, world.clock.now()));
      equal((await found(world, id, 1)).length, 1, 'entries found after odd lines');
      await other.close();
      for (const line of lines) other.backendLogs!.write!(line);
    },
  ),
];
