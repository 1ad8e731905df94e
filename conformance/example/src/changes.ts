import { setTimeout as pause } from 'node:timers/promises';
import { type Logger, type Provider, type ProviderEvent, RunvoyError } from '@runvoy/core/provider';
import { Journal } from './journal.ts';
import { pauseMilliseconds } from './logs.ts';
import { changesPath } from './task-files.ts';

// #region changes
/** Runners note each change of a task in a journal: those are this cloud's notifications. */
export function createChanges(
  folder: string,
  closed: AbortSignal,
  log: Logger,
): Required<Pick<Provider, 'decode' | 'listen'>> {
  return {
    async decode(raw): Promise<ProviderEvent[]> {
      if (typeof raw !== 'object' || raw === null || !('changed' in raw)) return [];
      const { changed: executionId } = raw;
      if (typeof executionId !== 'string' || executionId === '')
        throw new RunvoyError('INVALID_REQUEST', 'a change names no execution', { field: 'changed' });
      return [{ type: 'task-changed', task: { executionId } }];
    },
    async listen(deliver, { signal }) {
      const over = AbortSignal.any(signal ? [signal, closed] : [closed]);
      let fresh: unknown[] = [];
      const journal = new Journal<unknown>(changesPath(folder), (change) => fresh.push(change));
      // What has been is known: core looks at every task when it starts.
      await journal.catchUp();
      for (fresh = []; !over.aborted; fresh = []) {
        await journal.catchUp();
        for (const change of fresh)
          await deliver(change).catch((error) => log.error({ err: error }, 'a change of a task was not processed'));
        if (fresh.length === 0) await pause(pauseMilliseconds, undefined, { signal: over }).catch(() => undefined);
      }
    },
  };
}
// #endregion
