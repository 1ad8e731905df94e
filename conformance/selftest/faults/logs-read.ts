import { type LogChunk, type LogPage, RunvoyError } from '@runvoy/core/provider';
import { type Fault, faultsIn } from './support/fault.ts';

const inLogs = faultsIn('logs');

/** What becomes of every page, of read and of watch. */
const pageFault = (id: string, caughtBy: string, sentence: string, change: (page: LogPage) => LogPage): Fault =>
  inLogs(id, `logs.${caughtBy}`, sentence, (logs) => ({
    read: async (...args) => change(await logs.read(...args)),
    watch: async function* (...args) {
      for await (const page of logs.watch(...args)) yield change(page);
    },
  }));

const chunkFault = (id: string, caughtBy: string, sentence: string, change: (chunk: LogChunk) => LogChunk): Fault =>
  pageFault(id, caughtBy, sentence, (page) => ({ ...page, chunks: page.chunks.map(change) }));

const timesOf = ({ time, count }: LogChunk): number[] =>
  typeof time === 'number' ? Array.from({ length: count }, () => time) : [...time];

/** Every line of a page, ordered by its time. */
function byTime(page: LogPage): LogPage {
  const lines = page.chunks.flatMap((chunk) => {
    const texts = Buffer.from(chunk.text).toString().split('\n').slice(0, -1);
    const times = timesOf(chunk);
    return texts.map((text, at) => ({ text, time: times[at]!, stream: chunk.stream }));
  });
  lines.sort((a, b) => a.time - b.time);
  return {
    ...page,
    chunks: lines.map(({ text, time, stream }) => ({
      ...{ cursor: page.cursor, stream, time, count: 1 },
      text: Buffer.from(`${text}\n`),
    })),
  };
}

export const logReadFaults: readonly Fault[] = [
  pageFault(
    'ordered-by-time',
    'append.arrival',
    'Lines are ordered by their time, so that late ones come before those already read.',
    byTime,
  ),
  chunkFault('one-stream', 'chunk.stream', 'Every chunk says stdout.', (chunk) => ({ ...chunk, stream: 'stdout' })),
  pageFault(
    'streams-in-turn',
    'chunk.stream',
    'A page gives standard output first, and standard error after it.',
    (page) => ({
      ...page,
      chunks: [...page.chunks].sort((a, b) => (a.stream > b.stream ? -1 : 1)),
    }),
  ),
  chunkFault('no-last-newline', 'chunk.count', 'The last line of a chunk has no newline.', (chunk) => ({
    ...chunk,
    text: chunk.text.subarray(0, -1),
  })),
  chunkFault('count-of-bytes', 'chunk.count', 'The count of a chunk is one too high.', (chunk) => ({
    ...chunk,
    count: chunk.count + 1,
  })),
  chunkFault('text-as-text', 'chunk.bytes', 'The text of a chunk is a text instead of bytes.', (chunk) => ({
    ...chunk,
    text: Buffer.from(chunk.text).toString() as unknown as Uint8Array,
  })),
  chunkFault('time-of-the-first', 'chunk.time', 'All lines of a chunk have the time of the first.', (chunk) => ({
    ...chunk,
    time: timesOf(chunk)[0]!,
  })),
  chunkFault('time-in-seconds', 'chunk.time', 'Times are in seconds.', (chunk) => ({
    ...chunk,
    time: timesOf(chunk).map((time) => time / 1000),
  })),
  inLogs('cursor-with-blanks', 'logs.chunk.cursor-form', 'A cursor is JSON with blanks.', (logs) => {
    const wrap = (cursor: string) => JSON.stringify({ cursor }, null, 1);
    const unwrap = (after: string | undefined) =>
      after === undefined ? {} : { after: (JSON.parse(after) as { cursor: string }).cursor };
    const wrapped = (page: LogPage) => ({
      ...page,
      cursor: wrap(page.cursor),
      chunks: page.chunks.map((chunk) => ({ ...chunk, cursor: wrap(chunk.cursor) })),
    });
    return {
      read: async (id, { after, ...options } = {}, call) =>
        wrapped(await logs.read(id, { ...options, ...unwrap(after) }, call)),
      watch: async function* (id, { after } = {}, call) {
        for await (const page of logs.watch(id, unwrap(after), call)) yield wrapped(page);
      },
    };
  }),
  inLogs(
    'all-in-one-page',
    'logs.chunk.page-size',
    'A page has all there is, whatever size was asked for.',
    (logs) => ({
      read: (id, options = {}, call) => logs.read(id, { ...options, maximumBytes: 2 ** 40 }, call),
    }),
  ),
  inLogs(
    'nothing-that-is-too-large',
    'logs.cursor.small-pages',
    'A chunk that is larger than the page is left out.',
    (logs) => ({
      async read(id, options = {}, call) {
        const page = await logs.read(id, options, call);
        const maximum = options.maximumBytes ?? Number.POSITIVE_INFINITY;
        return { ...page, chunks: page.chunks.filter(({ text }) => text.length <= maximum) };
      },
    }),
  ),
  pageFault('cursor-of-the-page', 'cursor.every-chunk', 'Every chunk has the cursor of its page.', (page) => ({
    ...page,
    chunks: page.chunks.map((chunk) => ({ ...chunk, cursor: page.cursor })),
  })),
  inLogs(
    'cursor-ahead-of-lines',
    'logs.cursor.writes-between',
    'The cursor of a page counts a last line that is still on its way.',
    (logs) => ({
      async read(id, options, call) {
        const page = await logs.read(id, options, call);
        const last = page.chunks.at(-1);
        if (page.ended || !last || last.count < 2) return page;
        const text = last.text.subarray(0, last.text.lastIndexOf(10, last.text.length - 2) + 1);
        const short = { ...last, text, count: last.count - 1, time: timesOf(last).slice(0, -1) };
        return { ...page, chunks: [...page.chunks.slice(0, -1), short] };
      },
    }),
  ),
  inLogs('cursor-counts-lines-of-a-page', 'logs.cursor.small-pages', 'A cursor goes on one line too far.', (logs) => ({
    async read(id, options = {}, call) {
      const page = await logs.read(id, options, call);
      const next = await logs.read(id, { after: page.cursor, maximumBytes: 1 }, call);
      return { ...page, cursor: next.chunks[0]?.cursor ?? page.cursor };
    },
  })),
  inLogs(
    'cursor-of-nothing',
    'logs.cursor.empty-page',
    'The cursor of an empty page begins at the start again.',
    (logs) => ({
      async read(id, options = {}, call) {
        const page = await logs.read(id, options, call);
        if (page.chunks.length > 0) return page;
        return { ...page, cursor: (await logs.read(`${id}-none`, {}, call)).cursor.replace('-none', '') };
      },
    }),
  ),
  inLogs(
    'cursor-of-a-connection',
    'logs.cursor.lasting',
    'A cursor is known only to the connection that gave it.',
    (logs) => {
      const given = new Set<string>();
      const remember = (page: LogPage) => {
        for (const { cursor } of [page, ...page.chunks]) given.add(cursor);
        return page;
      };
      return {
        async read(id, options = {}, call) {
          if (options.after !== undefined && !given.has(options.after))
            throw new RunvoyError('INVALID_REQUEST', 'this cursor has expired');
          return remember(await logs.read(id, options, call));
        },
        watch: async function* (id, options, call) {
          for await (const page of logs.watch(id, options, call)) yield remember(page);
        },
      };
    },
  ),
  inLogs(
    'cursor-of-others',
    'logs.cursor.foreign',
    'A cursor of another execution gives the lines of that one.',
    (logs) => ({
      async read(id, options = {}, call) {
        const owner = options.after?.split(':')[0];
        return owner === undefined || owner === id ? logs.read(id, options, call) : logs.read(owner, {}, call);
      },
    }),
  ),
  inLogs('ended-when-empty', 'logs.end.page', 'A page after which nothing is there yet says ended.', (logs) => ({
    async read(id, options = {}, call) {
      const page = await logs.read(id, options, call);
      const next = await logs.read(id, { after: page.cursor }, call);
      return { ...page, ended: next.chunks.length === 0 && page.chunks.length > 0 };
    },
  })),
  inLogs(
    'ended-on-every-page',
    'logs.end.not-before-last',
    'Every page of a log that is complete says ended.',
    (logs) => ({
      read: async (id, options, call) => ({ ...(await logs.read(id, options, call)), ended: await logs.ended(id) }),
    }),
  ),
  inLogs(
    'ended-of-a-connection',
    'logs.end.ended',
    'ended knows only of the ends that its connection was told.',
    (logs) => {
      const ended = new Set<string>();
      return {
        async append(id, lines, options, call) {
          await logs.append(id, lines, options, call);
          if (options?.end) ended.add(id);
        },
        ended: async (id) => ended.has(id),
      };
    },
  ),
  inLogs('archive-forgets-lines', 'logs.archive.holds', 'archive gives the last line of a task only.', (logs) => ({
    archive: async function* (id, call) {
      for await (const lines of logs.archive!(id, call)) yield lines.slice(-1);
    },
  })),
  inLogs('archive-without-ids', 'logs.archive.appendable', 'Lines of archive have no ids.', (logs) => ({
    archive: async function* (id, call) {
      for await (const lines of logs.archive!(id, call)) yield lines.map((line) => ({ ...line, id: '' }));
    },
  })),
  inLogs(
    'archive-of-nothing-fails',
    'logs.archive.nothing',
    'archive of an execution without output fails.',
    (logs) => ({
      archive: async function* (id, call) {
        let isEmpty = true;
        for await (const lines of logs.archive!(id, call)) {
          isEmpty = false;
          yield lines;
        }
        if (isEmpty) throw new RunvoyError('NOT_FOUND', 'there is no such log group');
      },
    }),
  ),
  inLogs('archive-hangs', 'logs.archive.breaks-off', 'archive does not end when its consumer breaks off.', (logs) => ({
    archive: async function* (id, call) {
      try {
        yield* logs.archive!(id, call);
      } finally {
        await new Promise(() => undefined);
      }
    },
  })),
];
