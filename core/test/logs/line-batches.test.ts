import { expect, test } from 'vitest';
import { LineBatches } from '../../src/logs/line-batches.ts';
import type { LogLine } from '../../src/provider.ts';

const line = (id: string, time = 1): LogLine => ({ id, time, stream: 'stdout', text: id });
const call = { requestId: 'r' };

function open(gathers: boolean, fail: () => boolean = () => false) {
  const written: string[][] = [];
  const pauses: (() => void)[] = [];
  const clock = { now: 0 };
  const batches = new LineBatches({
    gathers,
    now: () => clock.now,
    sleep: () => new Promise<void>((resolve) => pauses.push(resolve)),
    async append(_id, lines) {
      if (fail()) throw new Error('no');
      written.push(lines.map(({ id }) => id));
    },
  });
  const wake = () => {
    for (const resume of pauses.splice(0)) resume();
  };
  return { batches, written, wake, clock };
}

test('lines that come together are one write, in the order in which they were printed', async () => {
  const { batches, written, wake } = open(true);
  const appends = [
    batches.append('e', [line('c', 3)], false, call),
    batches.append('e', [line('b', 2)], false, call),
    batches.append('f', [line('x')], false, call),
    batches.append('e', [line('a2', 1), line('a1', 1)], false, call),
  ];
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual([]);
  for (let turn = 0; turn < 2; turn++) {
    wake();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(appends);
  expect(written).toEqual([['a1', 'a2', 'b', 'c'], ['x']]);
});

test('enough lines are written without waiting', async () => {
  const { batches, written } = open(true);
  const lines = Array.from({ length: 2000 }, (_, n) => line(`${n}`.padStart(4, '0')));
  await Promise.all(lines.map((each) => batches.append('e', [each], false, call)));
  expect(written).toEqual([lines.map(({ id }) => id)]);
});

test('while more comes, lines that nothing can overtake any more are written', async () => {
  const { batches, written, wake, clock } = open(true);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const appends = [batches.append('e', [line('a', 0)], false, call)];
  await turn();
  for (const [at, id] of ['b', 'c', 'd', 'e', 'f'].entries()) {
    appends.push(batches.append('e', [line(id, (at + 1) * 100)], false, call));
    clock.now += 100;
    wake();
    await turn();
  }
  expect(written).toEqual([['a', 'b', 'c', 'd']]);
  for (let more = 0; more < 3; more++) {
    wake();
    await turn();
  }
  await Promise.all(appends);
  expect(written).toEqual([
    ['a', 'b', 'c', 'd'],
    ['e', 'f'],
  ]);
});

test('where lines come in order anyway, what comes during a write is the next one', async () => {
  const { batches, written } = open(false);
  const first = batches.append('e', [line('1')], false, call);
  await first;
  await Promise.all(['2', '3'].map((id) => batches.append('e', [line(id)], false, call)));
  expect(written).toEqual([['1'], ['2', '3']]);
});

test('everybody whose lines were in a write that failed is told', async () => {
  let failing = true;
  const { batches, written } = open(false, () => failing);
  const outcomes = await Promise.allSettled(['1', '2'].map((id) => batches.append('e', [line(id)], false, call)));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  failing = false;
  await batches.append('e', [line('1')], false, call);
  expect(written).toEqual([['1']]);
});

test('lines wait for those that their numbers say are missing, and not for ever', async () => {
  const { batches, written, wake, clock } = open(true);
  const turn = async (milliseconds: number) => {
    clock.now += milliseconds;
    wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const numbered = (number: number): LogLine => ({ ...line(`n${number}`), number });
  const first = batches.append('e', [numbered(1)], false, call);
  for (let more = 0; more < 3; more++) await turn(100);
  await first;
  const late = [3, 4].map((number) => batches.append('e', [numbered(number)], false, call));
  for (let more = 0; more < 20; more++) await turn(100);
  expect(written).toEqual([['n1']]);
  late.push(batches.append('e', [numbered(2)], false, call));
  for (let more = 0; more < 3; more++) await turn(100);
  await Promise.all(late);
  expect(written).toEqual([['n1'], ['n2', 'n3', 'n4']]);
  const lost = batches.append('e', [numbered(9)], false, call);
  for (let more = 0; more < 99; more++) await turn(100);
  expect(written).toHaveLength(2);
  for (let more = 0; more < 3; more++) await turn(1000);
  await lost;
  expect(written.at(-1)).toEqual(['n9']);
});
