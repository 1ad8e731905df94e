import type { LogPage } from '@runvoy/core/provider';
import type { World } from '../../world.ts';
import { textsOf } from './log-text.ts';
import { nextTurn } from './next-turn.ts';

/** A watch that goes on by itself: its pages so far, and how it ended. */
export function follow({ provider, signal }: Pick<World, 'provider' | 'signal'>, executionId: string, after?: string) {
  const pages: LogPage[] = [];
  const over = (async () => {
    const options = after === undefined ? {} : { after };
    for await (const page of provider.logs.watch(executionId, options, { signal })) {
      pages.push(page);
      if (signal.aborted) return;
      await nextTurn();
    }
  })();
  over.catch(() => undefined);
  return { pages, over, texts: () => textsOf(pages.flatMap(({ chunks }) => chunks)) };
}
