import { isRunvoyError } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { eventually } from '../support/eventually.ts';
import { line, numbered, readTexts } from '../support/log-text.ts';
import { nextTurn } from '../support/next-turn.ts';
import { openResources } from '../support/open-resources.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `logs.watch.${what}`,
  level: 'MUST',
  facet: 'logs',
  sentence,
  why,
  run,
});

export const watchStopChecks: readonly Check[] = [
  check(
    'stops-on-abort',
    'A watch that waits for lines returns when its signal aborts.',
    'A viewer that goes away would be served for ever.',
    async (world) => {
      await world.provider.logs.append('e', [line('1', 'one')]);
      const abort = new AbortController();
      const pages = world.provider.logs.watch('e', {}, { signal: abort.signal })[Symbol.asyncIterator]();
      equal((await pages.next()).done, false, 'done with the first page');
      const waiting = pages.next();
      abort.abort();
      equal((await world.during('watch to return after abort', waiting)).done, true, 'done after abort');
    },
  ),
  check(
    'stops-on-abort-unread',
    'A watch returns when its signal aborts, though there are more lines to give.',
    'A viewer of a large log that goes away would be served to its end.',
    async (world) => {
      const { logs } = world.provider;
      for (let n = 0; n < 30; n++) await logs.append('e', [line(`${n}`, 'x'.repeat(200_000))]);
      const abort = new AbortController();
      let bytes = 0;
      for await (const { chunks } of logs.watch('e', {}, { signal: abort.signal })) {
        bytes += chunks.reduce((sum, { text }) => sum + text.length, 0);
        abort.abort();
        if (bytes >= 30 * 200_000) break;
        await nextTurn();
      }
      ok(bytes < 30 * 200_000, `fewer bytes than all: ${bytes}`);
    },
  ),
  check(
    'already-aborted',
    'A watch whose signal is already aborted gives nothing: it rejects with CANCELLED or returns at once.',
    'Work that nobody wants would be begun.',
    async (world) => {
      await world.provider.logs.append('e', [line('1', 'one')]);
      const pages = world.provider.logs.watch('e', {}, { signal: AbortSignal.abort() })[Symbol.asyncIterator]();
      const outcome = await world.during('watch to end', pages.next()).catch((error: unknown) => error);
      if (outcome instanceof Error) ok(isRunvoyError(outcome, 'CANCELLED'), `CANCELLED: ${outcome}`);
      else equal((outcome as IteratorResult<unknown>).done, true, 'done');
    },
  ),
  check(
    'stops-on-break',
    'When the consumer breaks off, the watch returns, and the log can be watched again.',
    'A viewer that has seen enough would block the server.',
    async (world) => {
      const { logs } = world.provider;
      await logs.append('e', numbered(3));
      for (let n = 0; n < 3; n++) {
        let pages = 0;
        const broken = (async () => {
          for await (const _page of logs.watch('e', {}, { signal: world.signal })) {
            pages++;
            break;
          }
        })();
        await world.during('watch to return after break', broken);
        equal(pages, 1, 'pages before the break');
      }
      equal((await readTexts(logs, 'e')).length, 3, 'lines in the log afterwards');
    },
  ),
  check(
    'leaves-nothing',
    'After a watch was broken off, aborted or has ended, nothing of it is left open: no timer, socket or process.',
    'A server would slow down with every viewer that it ever had.',
    async (world) => {
      const { logs } = world.provider;
      await logs.append('e', numbered(3));
      const once = async (id: string) => {
        const abort = new AbortController();
        for await (const _page of logs.watch(id, {}, { signal: abort.signal })) break;
        const waiting = logs.watch(id, {}, { signal: abort.signal })[Symbol.asyncIterator]();
        await waiting.next();
        const next = waiting.next();
        abort.abort();
        await next;
      };
      // What is opened once and kept, such as a pool of connections, is there after the first.
      await once('e');
      const left = await openResources(() => once('e'));
      const open = await eventually(
        2000,
        async () => left(),
        (found) => found.length === 0,
      );
      deepEqual(open, [], 'what is open still');
    },
  ),
  check(
    'close',
    'A watch that waits ends when the provider is closed: it rejects with SERVICE_UNAVAILABLE or returns.',
    'A server could not be shut down while somebody watches.',
    async (world) => {
      const other = await world.open();
      await other.logs.append('e', [line('1', 'one')]);
      const pages = other.logs.watch('e', {}, { signal: world.signal })[Symbol.asyncIterator]();
      await pages.next();
      const ended = pages.next().catch((error: unknown) => error);
      await other.close();
      const outcome = await world.during('watch to end after close', ended);
      const returned = (outcome as IteratorResult<unknown>).done === true;
      ok(returned || isRunvoyError(outcome, 'SERVICE_UNAVAILABLE'), `SERVICE_UNAVAILABLE, or done: ${outcome}`);
    },
  ),
];
