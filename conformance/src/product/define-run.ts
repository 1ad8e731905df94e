import type { Check } from '../check.ts';
import { defineScenario, type Scenario } from './scenario.ts';

/** A scenario of one run by an administrator: its answer, its end, its log. */
export function defineRun({ request, ...scenario }: Omit<Scenario, 'play' | 'level'> & { request: object }): Check {
  return defineScenario({
    level: 'MUST',
    needs: ['output'],
    ...scenario,
    async play(stage) {
      await stage.prepareImage();
      const id = await stage.run(stage.admin, request);
      await stage.ending(stage.admin, id);
    },
  });
}
