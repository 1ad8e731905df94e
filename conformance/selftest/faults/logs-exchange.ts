import type { LogLine, LogNews } from '@runvoy/core/provider';
import { type Fault, faultsIn, sharedBy } from './support/fault.ts';

const inLogs = faultsIn('logs');

const newsFault = (id: string, caughtBy: string, sentence: string, change: (news: LogNews) => LogNews): Fault =>
  inLogs(`exchange-${id}`, `logs.exchange.${caughtBy}`, sentence, (logs) => ({
    exchange: async (...args) => change(await logs.exchange!(...args)),
  }));

export const logExchangeFaults: readonly Fault[] = [
  newsFault('without-pieces', 'told', 'That a line continues is not told.', ({ held, written }) => ({
    held: held.map(({ continues: _forgotten, ...line }) => line),
    written,
  })),
  inLogs('exchange-own', 'logs.exchange.own', 'A process is answered with its own lines, too.', (logs) => ({
    async exchange(executionId, lines, call) {
      const { held, written } = await logs.exchange!(executionId, lines, call);
      return { held: [...held, ...lines], written };
    },
  })),
  inLogs('exchange-adds', 'logs.exchange.replaces', 'What a process tells is added to what it told before.', (logs) => {
    const told = new Map<string, LogLine[]>();
    return {
      exchange(executionId, lines, call) {
        const all = [...(told.get(executionId) ?? []), ...lines];
        told.set(executionId, all);
        return logs.exchange!(executionId, all, call);
      },
    };
  }),
  newsFault('last-of-all', 'written', 'The highest number counts for both streams.', ({ held, written }) => {
    const highest = Math.max(0, ...Object.values(written));
    return { held, written: highest === 0 ? {} : { stdout: highest, stderr: highest } };
  }),
  inLogs('exchange-appends', 'logs.exchange.not-read', 'What is told is appended to the log at once.', (logs) => ({
    async exchange(executionId, lines, call) {
      await logs.append(executionId, lines, {}, call);
      return logs.exchange!(executionId, lines, call);
    },
  })),
  inLogs(
    'exchange-of-all',
    'logs.exchange.executions-apart',
    'A process is answered with what it was told of any execution.',
    (logs, context) => ({
      async exchange(executionId, lines, call) {
        const { written } = await logs.exchange!(executionId, lines, call);
        const told = sharedBy(context, 'told', () => new Map<string, LogLine[]>());
        const held = [...told.values()].flat();
        told.set(executionId, [...lines]);
        return { held, written };
      },
    }),
  ),
];
