import { isRunvoyError } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { ok } from '../../expect.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `plugin.claim.${what}`,
  level: 'MUST',
  facet: 'plugin',
  needs: ['claimServer'],
  sentence,
  why,
  run,
});

export const claimChecks: readonly Check[] = [
  check(
    'second',
    'claimServer of a second connection rejects with CONFLICT, naming the other process and the remedy.',
    'Two servers on one deployment would get in each other’s way, or nobody would know which one to end.',
    async (world) => {
      const second = await world.open();
      await world.provider.claimServer!();
      const error = await second.claimServer!().catch((refused: unknown) => refused);
      ok(isRunvoyError(error, 'CONFLICT'), `CONFLICT: ${error}`);
      ok(error.message.includes(String(process.pid)), `the id of this process, ${process.pid}, in: ${error.message}`);
      ok(error.remedy, 'a remedy');
    },
  ),
  check(
    'refused-again',
    'A claim that was refused is refused again for as long as the other lasts, and takes nothing from it.',
    'A server that is started twice would be thrown out by the second try.',
    async (world) => {
      const second = await world.open();
      await world.provider.claimServer!();
      for (let n = 0; n < 3; n++) {
        const error = await second.claimServer!().catch((refused: unknown) => refused);
        ok(isRunvoyError(error, 'CONFLICT'), `CONFLICT: ${error}`);
      }
      await second.close();
      const third = await world.open();
      const error = await third.claimServer!().catch((refused: unknown) => refused);
      ok(isRunvoyError(error, 'CONFLICT'), `CONFLICT, after the refused one was closed: ${error}`);
    },
  ),
  check(
    'free-again',
    'The right is free again after close, and is not needed to use the provider.',
    'A server could not be started again, or nothing could be looked at beside it.',
    async (world) => {
      const first = await world.open();
      const second = await world.open();
      await first.claimServer!();
      await second.store.get('users', 'nobody');
      await first.close();
      await second.claimServer!();
    },
  ),
];
