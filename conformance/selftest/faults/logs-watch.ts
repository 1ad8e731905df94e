import { type LogPage, type Logs, RunvoyError } from '@runvoy/core/provider';
import { type Fault, type FaultContext, faultsIn, sharedBy } from './support/fault.ts';

type Watch = Logs['watch'];

const inLogs = faultsIn('logs');

const watchFault = (
  id: string,
  what: string,
  sentence: string,
  make: (watch: Watch, logs: Logs, context: FaultContext) => Watch,
): Fault =>
  inLogs(`watch-${id}`, `logs.watch.${what}`, sentence, (logs, context) => ({
    watch: make(logs.watch, logs, context),
  }));

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const never = () => new Promise<never>(() => undefined);

export const logWatchFaults: readonly Fault[] = [
  watchFault(
    'ignores-abort',
    'stops-on-abort',
    'A watch does not look at its signal.',
    (watch) => (id, options) => watch(id, options),
  ),
  watchFault(
    'abort-between-waits',
    'stops-on-abort-unread',
    'A watch looks at its signal only when it waits.',
    (_watch, logs) =>
      async function* (id, options = {}, call) {
        for (let after = options.after; ; ) {
          const page = await logs.read(id, after === undefined ? {} : { after });
          after = page.cursor;
          if (page.chunks.length > 0 || page.ended) yield page;
          if (page.ended) return;
          if (page.chunks.length > 0) continue;
          if (call?.signal?.aborted) return;
          await pause(5);
        }
      },
  ),
  watchFault(
    'begins-though-aborted',
    'already-aborted',
    'A watch that is aborted already gives a page first.',
    (watch, logs) =>
      async function* (id, options = {}, call) {
        if (call?.signal?.aborted) yield await logs.read(id, options);
        else yield* watch(id, options, call);
      },
  ),
  watchFault(
    'break-hangs',
    'stops-on-break',
    'A watch waits for its stream to close when the consumer breaks off.',
    (watch) =>
      async function* (id, options, call) {
        let isDone = false;
        try {
          yield* watch(id, options, call);
          isDone = true;
        } finally {
          if (!isDone && !call?.signal?.aborted) await never();
        }
      },
  ),
  watchFault(
    'leaves-a-timer',
    'leaves-nothing',
    'A watch leaves its timer behind.',
    (watch) =>
      async function* (id, options, call) {
        // Ends by itself one day, so that it does not hold up the process that runs this.
        const timer = setInterval(() => undefined, 1000);
        setTimeout(() => clearInterval(timer), 30_000).unref();
        yield* watch(id, options, call);
      },
  ),
  watchFault(
    'outlives-close',
    'close',
    'A watch that waits does not notice that the provider is closed.',
    (watch) =>
      async function* (id, options, call) {
        try {
          yield* watch(id, options, call);
        } catch {
          await never();
        }
      },
  ),
  watchFault(
    'skips-what-comes',
    'as-read',
    'A watch loses what is appended between reading and waiting.',
    (watch) =>
      async function* (id, options, call) {
        let isFirst = true;
        for await (const page of watch(id, options, call)) {
          if (isFirst) yield page;
          else if (page.ended) yield { ...page, chunks: [] };
          isFirst = false;
        }
      },
  ),
  watchFault(
    'ends-with-what-is-there',
    'comes',
    'A watch returns when it has given what is there.',
    (_watch, logs) =>
      async function* (id, options) {
        const page = await logs.read(id, options);
        if (page.chunks.length > 0) yield page;
      },
  ),
  watchFault(
    'own-lines-only',
    'comes',
    'A watch is woken by lines of its own connection only.',
    (watch, logs, context) => {
      const writers = sharedBy(context, 'writers', () => new Map<string, Set<object>>());
      const append = logs.append;
      logs.append = async (id, ...rest) => {
        writers.set(id, (writers.get(id) ?? new Set()).add(logs));
        await append(id, ...rest);
      };
      return async function* (id, options, call) {
        for await (const page of watch(id, options, call)) {
          const others = [...(writers.get(id) ?? [])].some((writer) => writer !== logs);
          if (others && !page.ended) await pause(60_000);
          yield page;
        }
      };
    },
  ),
  watchFault(
    'absent-fails',
    'not-there-yet',
    'A watch of a log that is not there yet fails.',
    (watch, logs) =>
      async function* (id, options = {}, call) {
        const page = await logs.read(id, options);
        if (page.chunks.length === 0 && !page.ended && options.after === undefined)
          throw new RunvoyError('NOT_FOUND', 'there is no such log');
        yield* watch(id, options, call);
      },
  ),
  watchFault(
    'from-the-start',
    'after',
    'A watch begins at the start, whatever cursor it is given.',
    (watch) => (id, _options, call) => watch(id, {}, call),
  ),
  watchFault(
    'empty-pages',
    'no-empty-page',
    'A watch gives an empty page now and then, to keep the connection alive.',
    (watch) =>
      async function* (id, options, call) {
        for await (const page of watch(id, options, call)) {
          yield page;
          if (!page.ended) yield { ...page, chunks: [] };
        }
      },
  ),
  watchFault(
    'waits-after-the-end',
    'ended-already',
    'A watch of a log that has ended waits for more.',
    (watch, logs) =>
      async function* (id, options, call) {
        if (await logs.ended(id)) {
          yield await logs.read(id, options);
          await never();
        }
        yield* watch(id, options, call);
      },
  ),
  watchFault(
    'cursor-ahead',
    'cursors',
    'The cursor of a chunk that is watched is that of the page after it.',
    (watch) =>
      async function* (id, options, call) {
        let before: LogPage | undefined;
        for await (const page of watch(id, options, call)) {
          const { cursor } = before ?? page;
          yield { ...page, chunks: page.chunks.map((chunk) => ({ ...chunk, cursor })) };
          before = page;
        }
      },
  ),
  watchFault(
    'one-watcher',
    'many-watchers',
    'A second watcher of a log takes the lines from the first.',
    (watch, _logs, context) => {
      const taken = sharedBy(context, 'taken', () => new Set<string>());
      return async function* (id, options, call) {
        for await (const page of watch(id, options, call)) {
          const chunks = page.chunks.filter(({ cursor }) => !taken.has(cursor));
          for (const { cursor } of chunks) taken.add(cursor);
          if (chunks.length > 0 || page.ended) yield { ...page, chunks };
        }
      };
    },
  ),
  watchFault(
    'drops-for-the-slow',
    'slow-consumer',
    'What comes while the consumer is busy is dropped.',
    (watch, logs) =>
      async function* (id, options, call) {
        for await (const page of watch(id, options, call)) {
          yield page;
          if (page.ended || !(await logs.ended(id))) continue;
          // It has ended while the consumer was busy.
          yield { ...(await logs.read(id, { maximumBytes: 2 ** 40 })), chunks: [], ended: true };
          return;
        }
      },
  ),
];
