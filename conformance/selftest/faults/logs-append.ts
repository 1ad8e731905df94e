import { type LogLine, RunvoyError } from '@runvoy/core/provider';
import { type Fault, type FaultContext, faultsIn, roundTrip, sharedBy } from './support/fault.ts';

const inLogs = faultsIn('logs');

/** What an append does to its lines on the way. */
function lineFault(
  id: string,
  caughtBy: string,
  sentence: string,
  change: (lines: readonly LogLine[], context: FaultContext, executionId: string) => readonly LogLine[],
): Fault {
  return inLogs(id, `logs.${caughtBy}`, sentence, (logs, context) => ({
    append: async (executionId, lines, options, call) =>
      logs.append(executionId, change(lines, context, executionId), options, call),
  }));
}

const textFault = (what: string, sentence: string, change: (text: string) => string): Fault =>
  lineFault(`text-${what}`, `text.${what}`, sentence, (lines) =>
    lines.map((line) => ({ ...line, text: change(line.text) })),
  );

function counter(context: FaultContext): () => number {
  const calls = sharedBy(context, 'calls', () => ({ count: 0 }));
  return () => ++calls.count;
}

export const logAppendFaults: readonly Fault[] = [
  lineFault(
    'duplicates-after-append',
    'append.again',
    'A line that is appended again is there twice.',
    (lines, context) => {
      const call = counter(context)();
      return lines.map((line) => ({ ...line, id: `${call}/${line.id}` }));
    },
  ),
  lineFault(
    'duplicates-in-one-call',
    'append.same-call',
    'Repeated ids are looked for in earlier calls only.',
    (lines) => {
      const seen = new Map<string, number>();
      return lines.map((line) => {
        const times = seen.get(line.id) ?? 0;
        seen.set(line.id, times + 1);
        return times === 0 ? line : { ...line, id: `${line.id} again ${times}` };
      });
    },
  ),
  inLogs(
    'checks-then-appends',
    'logs.append.at-once',
    'Ids that are known are read first, and lines written then.',
    (logs, context) => {
      const known = sharedBy(context, 'known', () => new Set<string>());
      const next = counter(context);
      return {
        async append(executionId, lines, options, call) {
          const fresh = lines.filter(({ id }) => !known.has(`${executionId} ${id}`));
          await roundTrip();
          for (const { id } of fresh) known.add(`${executionId} ${id}`);
          const turn = next();
          await logs.append(
            executionId,
            fresh.map((line) => ({ ...line, id: `${line.id} of ${turn}` })),
            options,
            call,
          );
        },
      };
    },
  ),
  lineFault('same-by-text', 'append.by-id', 'Lines with the same text and time count as the same.', (lines) =>
    lines.map((line) => ({ ...line, id: `${line.time} ${line.text}` })),
  ),
  lineFault('ids-without-case', 'append.odd-ids', 'Ids are compared without case.', (lines) =>
    lines.map((line) => ({ ...line, id: line.id.toLowerCase() })),
  ),
  lineFault('ids-cut', 'append.odd-ids', 'Ids are cut to 255 characters.', (lines) =>
    lines.map((line) => ({ ...line, id: line.id.slice(0, 255) })),
  ),
  lineFault(
    'ids-of-all',
    'append.executions-apart',
    'Ids are unique across executions.',
    (lines, context, executionId) => {
      const owners = sharedBy(context, 'owners', () => new Map<string, string>());
      return lines.filter(({ id }) => {
        if (!owners.has(id)) owners.set(id, executionId);
        return owners.get(id) === executionId;
      });
    },
  ),
  lineFault('ordered-by-id', 'append.all-at-once', 'Lines of one call are ordered by their ids.', (lines) =>
    [...lines].sort((a, b) => (a.id < b.id ? 1 : -1)),
  ),
  inLogs('in-parts', 'logs.append.all-or-none', 'Lines are written one by one, until one is refused.', (logs) => ({
    async append(executionId, lines, options, call) {
      for (const line of lines) await logs.append(executionId, [line], {}, call);
      await logs.append(executionId, [], options, call);
    },
  })),
  inLogs('nothing-fails', 'logs.append.nothing', 'An append of no lines fails.', (logs) => ({
    async append(executionId, lines, options, call) {
      if (lines.length === 0 && !options?.end) throw new RunvoyError('INVALID_REQUEST', 'no lines');
      await logs.append(executionId, lines, options, call);
    },
  })),
  lineFault('text-empty', 'text.empty', 'Empty lines are dropped.', (lines) => lines.filter(({ text }) => text !== '')),
  textFault('escapes', 'ANSI sequences are removed.', (text) =>
    text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, 'g'), ''),
  ),
  textFault('json', 'A line of JSON is kept as an object, and written anew.', (text) => {
    try {
      return JSON.stringify(JSON.parse(text));
    } catch {
      return text;
    }
  }),
  textFault('carriage-return', 'A carriage return at the end of a line is dropped.', (text) => text.replace(/\r$/, '')),
  textFault('spaces', 'Lines are trimmed.', (text) => (text.trim() === '' ? text : text.replace(/^ +| +$/g, ''))),
  textFault('controls', 'Control characters are removed.', (text) => text.replaceAll('\u0000', '')),
  textFault('unicode', 'A mark of byte order is dropped, and texts are normalised.', (text) =>
    text.replaceAll('\ufeff', '').normalize('NFC'),
  ),
  textFault('markers', 'Characters that separate lines elsewhere become blanks.', (text) =>
    text.replaceAll(/[\u2028\u2029\u0085\v\f]|\\n/g, ' '),
  ),
  textFault('long', 'Lines are cut at 16 KiB.', (text) => text.slice(0, 16 * 1024)),
  lineFault('pieces-forgotten', 'text.pieces', 'That a line continues is not kept.', (lines) =>
    lines.map(({ continues: _forgotten, ...line }) => line),
  ),
  lineFault('many-lines-cut', 'text.many', 'A log keeps 50,000 lines.', (lines, context) => {
    const count = sharedBy(context, 'count', () => ({ lines: 0 }));
    count.lines += lines.length;
    return count.lines > 50_000 ? [] : lines;
  }),
  lineFault('one-line-a-millisecond', 'chunk.equal-times', 'Of lines with one time only the first is kept.', (lines) =>
    lines.map((line) => ({ ...line, id: `${line.stream} ${line.time}` })),
  ),
  inLogs('end-without-lines', 'logs.end.empty', 'The end of a log without lines is not kept.', (logs, context) => {
    const withLines = sharedBy(context, 'with', () => new Set<string>());
    return {
      async append(executionId, lines, options, call) {
        if (lines.length > 0) withLines.add(executionId);
        await logs.append(executionId, lines, withLines.has(executionId) ? options : {}, call);
      },
    };
  }),
  inLogs('late-lines-dropped', 'logs.end.late-lines', 'Lines that come after the end are dropped.', (logs) => ({
    async append(executionId, lines, options, call) {
      await logs.append(executionId, (await logs.ended(executionId)) ? [] : lines, options, call);
    },
  })),
  inLogs('end-twice-fails', 'logs.end.twice', 'Ending a log again fails.', (logs) => ({
    async append(executionId, lines, options, call) {
      if (options?.end && (await logs.ended(executionId))) throw new RunvoyError('CONFLICT', 'it has ended');
      await logs.append(executionId, lines, options, call);
    },
  })),
];
