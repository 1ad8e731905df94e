import type { LogLine, LogStream } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal } from '../../expect.ts';
import type { World } from '../../world.ts';
import { line, readTexts } from '../support/log-text.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `logs.exchange.${what}`,
  level: 'MUST',
  facet: 'logs',
  needs: ['logs.exchange'],
  sentence,
  why,
  run,
});

const place = (number: number, stream: LogStream = 'stdout'): LogLine =>
  line(`${stream} ${number}`, `${stream} ${number}`, { stream, number, time: 1_700_000_000_000 + number });

/** Two processes that lines of the same task are delivered to. */
async function processes(world: World) {
  const [one, other] = [world.provider.logs, (await world.open()).logs];
  return { one, other };
}

const slow = 'Viewers would wait for lines that another instance of the server holds, or see them out of order.';

export const exchangeChecks: readonly Check[] = [
  check(
    'told',
    'exchange answers with the lines that other processes told, as they told them.',
    slow,
    async (world) => {
      const { one, other } = await processes(world);
      const held = [place(2), { ...place(4, 'stderr'), text: 'a piece\r ä', continues: true }];
      await one.exchange!('e', held);
      const byId = (lines: readonly LogLine[]) => lines.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      deepEqual(byId((await other.exchange!('e', [])).held), byId(held), 'the lines that the other holds back');
    },
  ),
  check(
    'own',
    'exchange does not answer with what the same process told.',
    'Lines that are missing would seem to be there.',
    async (world) => {
      const { one } = await processes(world);
      deepEqual((await one.exchange!('e', [place(2)])).held, [], 'its own lines');
      deepEqual((await one.exchange!('e', [place(3)])).held, [], 'its own lines, later');
    },
  ),
  check(
    'replaces',
    'What a process tells takes the place of what it told before.',
    'What was written long ago would be looked at again and again.',
    async (world) => {
      const { one, other } = await processes(world);
      const told = async () => (await other.exchange!('e', [])).held.map(({ number }) => number);
      await one.exchange!('e', [place(2), place(3)]);
      deepEqual((await told()).sort(), [2, 3], 'numbers that are held back');
      await one.exchange!('e', [place(5)]);
      deepEqual(await told(), [5], 'numbers that are held back later');
      await one.exchange!('e', []);
      deepEqual(await told(), [], 'numbers that are held back at last');
    },
  ),
  check(
    'written',
    'exchange answers with the highest number in the log of each stream, whoever appended it.',
    slow,
    async (world) => {
      const { one, other } = await processes(world);
      deepEqual((await one.exchange!('e', [])).written, {}, 'numbers of a log without lines');
      await other.append('e', [place(1), place(3), place(2), place(7, 'stderr'), line('no number', 'text')]);
      deepEqual((await one.exchange!('e', [])).written, { stdout: 3, stderr: 7 }, 'numbers of what another appended');
      await one.append('e', [place(4)]);
      deepEqual((await one.exchange!('e', [])).written, { stdout: 4, stderr: 7 }, 'numbers after its own append');
    },
  ),
  check(
    'not-read',
    'What is told is not a part of the log.',
    'Lines would be shown before they are in their place, and a second time then.',
    async (world) => {
      const { one, other } = await processes(world);
      await one.append('e', [place(1)]);
      await one.exchange!('e', [place(3)]);
      deepEqual(await readTexts(other, 'e'), ['stdout 1'], 'the log');
      equal(await other.ended('e'), false, 'ended');
      await other.append('e', [place(2), place(3)], { end: true });
      deepEqual(await readTexts(other, 'e'), ['stdout 1', 'stdout 2', 'stdout 3'], 'the log at its end');
    },
  ),
  check(
    'executions-apart',
    'What is told of one execution is not answered for another.',
    'A run would be shown the output of another.',
    async (world) => {
      const { one, other } = await processes(world);
      await one.exchange!('e', [place(2)]);
      await one.append('e', [place(1)]);
      deepEqual(await other.exchange!('f', []), { held: [], written: {} }, 'of another execution');
    },
  ),
];
