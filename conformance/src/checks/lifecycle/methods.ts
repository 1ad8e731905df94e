import { isRunvoyError } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { equal, ok, rejects } from '../../expect.ts';
import { type FacetCall, facetCalls } from './calls.ts';

/** How soon an aborted call has to reject. Sluggish machines included; nobody waits longer for a cancelled request. */
const promptMs = 5000;

const common = ({ name, needs }: FacetCall, state: string) => ({
  id: `lifecycle.${state}.${name}`,
  level: 'MUST' as const,
  facet: 'lifecycle' as const,
  ...(needs && { needs }),
});

const alreadyAborted = (call: FacetCall): Check => ({
  ...common(call, 'already-aborted'),
  sentence: `${call.name} with a signal that is already aborted rejects with CANCELLED${call.hasEffect ? ' and has no effect' : ''}.`,
  why: 'Work would be done for a caller who is gone, and who believes that it was not.',
  async run(world) {
    await call.before?.(world);
    await rejects(
      call.invoke(world.provider, world, { signal: AbortSignal.abort() }),
      'CANCELLED',
      `${call.name}, aborted before`,
    );
    if (call.hasEffect) equal(await call.hasEffect(world), false, `whether ${call.name} had an effect`);
  },
});

const abortedMeanwhile = (call: FacetCall): Check => ({
  ...common(call, 'aborted-meanwhile'),
  sentence: `${call.name} whose signal aborts meanwhile rejects with CANCELLED promptly, unless it has finished.`,
  why: 'A server would hang on requests that nobody waits for, and report them as failures.',
  async run(world) {
    await call.before?.(world);
    const abort = new AbortController();
    const outcome = call.invoke(world.provider, world, { signal: abort.signal }).then(
      () => 'finished',
      (error: unknown) => (isRunvoyError(error) ? error.code : error),
    );
    const aborted = performance.now();
    abort.abort(new Error('the caller has gone away'));
    const seen = await world.during(`${call.name} to end after it was aborted`, outcome);
    ok(seen === 'finished' || seen === 'CANCELLED', `CANCELLED, unless it has finished: ${seen}`);
    const took = Math.round(performance.now() - aborted);
    ok(took < promptMs, `${call.name} ends within ${promptMs} ms of being aborted; it took ${took} ms`);
  },
});

const afterClose = (call: FacetCall): Check => ({
  ...common(call, 'after-close'),
  sentence: `${call.name} rejects with SERVICE_UNAVAILABLE after close${call.hasEffect ? ' and has no effect' : ''}.`,
  why: 'A server that shuts down would lose what it still accepts, or fail in ways that nobody understands.',
  async run(world) {
    await call.before?.(world);
    const closed = await world.open();
    await closed.close();
    await rejects(call.invoke(closed, world), 'SERVICE_UNAVAILABLE', `${call.name} after close`);
    if (call.hasEffect) equal(await call.hasEffect(world), false, `whether ${call.name} had an effect`);
  },
});

export const methodChecks: readonly Check[] = facetCalls.flatMap((call) => [
  alreadyAborted(call),
  abortedMeanwhile(call),
  afterClose(call),
]);
