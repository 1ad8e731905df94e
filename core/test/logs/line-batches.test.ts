import { expect, test } from 'vitest';
import { LineBatches } from '../../src/logs/line-batches.ts';
import type { LogLine } from '../../src/provider.ts';

const line = (id: string, time = 1): LogLine => ({ id, time, stream: 'stdout', text: id });
const call = { requestId: 'r' };
const numbered = (number: number): LogLine => ({ ...line(`n${number}`), number });

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
    batches.append('e', [line('c', 3)], undefined, call),
    batches.append('e', [line('b', 2)], undefined, call),
    batches.append('f', [line('x')], undefined, call),
    batches.append('e', [line('a2', 1), line('a1', 1)], undefined, call),
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
  await Promise.all(lines.map((each) => batches.append('e', [each], undefined, call)));
  expect(written).toEqual([lines.map(({ id }) => id)]);
});

test('while more comes, lines that nothing can overtake any more are written', async () => {
  const { batches, written, wake, clock } = open(true);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const appends = [batches.append('e', [line('a', 0)], undefined, call)];
  await turn();
  for (const [at, id] of ['b', 'c', 'd', 'e', 'f'].entries()) {
    appends.push(batches.append('e', [line(id, (at + 1) * 100)], undefined, call));
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

test('while many come, they are written sooner', async () => {
  const { batches, written, wake, clock } = open(true);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const appends: Promise<void>[] = [];
  for (let at = 0; at < 400; at += 100) {
    for (let n = 0; n < 100; n++) appends.push(batches.append('e', [line(`${at + n}`, at + n)], undefined, call));
    clock.now = at + 100;
    wake();
    await turn();
  }
  expect(written.map((ids) => ids.length)).toEqual([250]);
  for (let more = 0; more < 3; more++) {
    wake();
    await turn();
  }
  await Promise.all(appends);
});

test('where lines come in order anyway, what comes during a write is the next one', async () => {
  const { batches, written } = open(false);
  const first = batches.append('e', [line('1')], undefined, call);
  await first;
  await Promise.all(['2', '3'].map((id) => batches.append('e', [line(id)], undefined, call)));
  expect(written).toEqual([['1'], ['2', '3']]);
});

test('everybody whose lines were in a write that failed is told', async () => {
  let failing = true;
  const { batches, written } = open(false, () => failing);
  const outcomes = await Promise.allSettled(['1', '2'].map((id) => batches.append('e', [line(id)], undefined, call)));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  failing = false;
  await batches.append('e', [line('1')], undefined, call);
  expect(written).toEqual([['1']]);
});

test('lines wait for those that their numbers say are missing, and not for ever', async () => {
  const { batches, written, wake, clock } = open(true);
  const turn = async (milliseconds: number) => {
    clock.now += milliseconds;
    wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const first = batches.append('e', [numbered(1)], undefined, call);
  for (let more = 0; more < 3; more++) await turn(100);
  await first;
  const late = [3, 4].map((number) => batches.append('e', [numbered(number)], undefined, call));
  for (let more = 0; more < 20; more++) await turn(100);
  expect(written).toEqual([['n1']]);
  late.push(batches.append('e', [numbered(2)], undefined, call));
  for (let more = 0; more < 3; more++) await turn(100);
  await Promise.all(late);
  expect(written).toEqual([['n1'], ['n2', 'n3', 'n4']]);
  const lost = batches.append('e', [numbered(9)], undefined, call);
  for (let more = 0; more < 99; more++) await turn(100);
  expect(written).toHaveLength(2);
  for (let more = 0; more < 3; more++) await turn(1000);
  await lost;
  expect(written.at(-1)).toEqual(['n9']);
});

test('an end that has overtaken lines waits for as many as it counts', async () => {
  const { batches, written, wake, clock } = open(true);
  const turn = async () => {
    clock.now += 100;
    wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const end = batches.append('e', [], { counts: { stdout: 2, stderr: 0, system: 0 } }, call);
  for (let more = 0; more < 20; more++) await turn();
  expect(written).toEqual([]);
  const lines = [2, 1].map((number) => batches.append('e', [{ ...line(`n${number}`), number }], undefined, call));
  for (let more = 0; more < 3; more++) await turn();
  await Promise.all([end, ...lines]);
  expect(written).toEqual([['n1', 'n2']]);
  const again = batches.append('e', [], { counts: { stdout: 2, stderr: 0, system: 0 } }, call);
  for (let more = 0; more < 3; more++) await turn();
  await again;
  const lost = batches.append('f', [], { counts: { stdout: 0, stderr: 0, system: 1 } }, call);
  for (let more = 0; more < 101; more++) await turn();
  await lost;
});

/** A log that several processes write to, each with a clock that is moved on by hand. */
function openShared(processes: number) {
  const log: LogLine[] = [];
  const told = new Map<number, LogLine[]>();
  const clock = { now: 0 };
  let pauses: (() => void)[] = [];
  const opened = Array.from(
    { length: processes },
    (_, process) =>
      new LineBatches({
        gathers: true,
        now: () => clock.now,
        sleep: () => new Promise<void>((resolve) => pauses.push(resolve)),
        async append(_id, lines) {
          log.push(...lines.filter(({ id }) => !log.some((there) => there.id === id)));
        },
        async exchange(_id, held) {
          told.set(process, held);
          const others = [...told].filter(([from]) => from !== process).flatMap(([, lines]) => lines);
          const stdout = log.reduce((highest, { number = 0 }) => Math.max(highest, number), 0);
          return { held: others, written: stdout > 0 ? { stdout } : {} };
        },
      }),
  );
  const pass = async (milliseconds: number) => {
    for (const end = clock.now + milliseconds; clock.now < end; ) {
      clock.now += 20;
      const due = pauses;
      pauses = [];
      for (const resume of due) resume();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { opened, log, pass, told };
}

test('processes that each get some of the lines write them in order, without waiting long for each other', async () => {
  for (const processes of [2, 3]) {
    const { opened, log, pass } = openShared(processes);
    const numbers = Array.from({ length: 60 }, (_, n) => n + 1);
    const appends: Promise<void>[] = [];
    for (const number of numbers) {
      appends.push(opened[number % processes]!.append('e', [numbered(number)], undefined, call));
      await pass(20);
    }
    await pass(900);
    expect(log.map(({ number }) => number)).toEqual(numbers);
    await Promise.all(appends);
  }
});

test('a process that comes to a run in its middle goes on after what others have written', async () => {
  const { opened, log, pass } = openShared(2);
  const [early, late] = opened as [LineBatches, LineBatches];
  const first = [1, 2, 3].map((number) => early.append('e', [numbered(number)], undefined, call));
  await pass(300);
  const end = { counts: { stdout: 5, stderr: 0, system: 0 } };
  const rest = [late.append('e', [numbered(5)], undefined, call), late.append('e', [numbered(4)], end, call)];
  await pass(600);
  expect(log.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  await Promise.all([...first, ...rest]);
});

test('what no process has is waited for as long as by one alone', async () => {
  const { opened, log, pass } = openShared(2);
  const appends = [opened[0]!.append('e', [numbered(2)], undefined, call)];
  await pass(9000);
  expect(log).toEqual([]);
  await pass(2000);
  expect(log).toHaveLength(1);
  appends.push(opened[1]!.append('e', [numbered(1)], undefined, call));
  await pass(300);
  expect(log.map(({ number }) => number)).toEqual([2, 1]);
  await Promise.all(appends);
});

test('a burst whose gaps fill is no reason to ask others', async () => {
  const { opened, log, pass, told } = openShared(1);
  const appends: Promise<void>[] = [];
  for (let number = 1; number < 100; number += 2) {
    for (const next of [number + 1, number]) appends.push(opened[0]!.append('e', [numbered(next)], undefined, call));
    await pass(20);
  }
  await pass(300);
  await Promise.all(appends);
  expect(log).toHaveLength(100);
  expect(told.size).toBe(0);
});
