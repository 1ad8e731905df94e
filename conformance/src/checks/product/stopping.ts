import type { Check } from '../../check.ts';
import { defineScenario } from '../../product/scenario.ts';

export const stoppingScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.stopping.running',
    level: 'MUST',
    sentence:
      'A run that is stopped ends as STOPPED with exit code 130 and who stopped it, keeps its output, and stopping it again is no error.',
    why: 'A command could not be stopped, or its output would be lost with it.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const id = await stage.run(admin, { command: 'echo started; sleep 600 & sleep 600' });
      await stage.printed(id, 1);
      await stage.ask(admin, 'DELETE', `/api/v1/executions/${id}`);
      stage.transcript.scene('Again, while it is being stopped or is over, and after that');
      await stage.ask(admin, 'DELETE', `/api/v1/executions/${id}`);
      await stage.ending(admin, id);
      await stage.ask(admin, 'DELETE', `/api/v1/executions/${id}`);
      await stage.ask(admin, 'GET', '/api/v1/executions');
      await stage.ask(admin, 'DELETE', `/api/v1/executions/${id.replace(/./g, '0')}`);
    },
  }),
  defineScenario({
    id: 'product.stopping.starting',
    level: 'MUST',
    sentence: 'A run can be stopped as soon as it is accepted.',
    why: 'Somebody who sees his mistake at once would have to wait until it is made.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const id = await stage.run(admin, { command: 'sleep 600' });
      await stage.ask(admin, 'DELETE', `/api/v1/executions/${id}`);
      await stage.ending(admin, id);
    },
  }),
  defineScenario({
    id: 'product.stopping.handled',
    level: 'MUST',
    sentence: 'A command that is stopped is asked to end first, and what it prints while it cleans up is in its log.',
    why: 'A lock would stay taken, or a half-written file would be left behind.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const id = await stage.run(admin, {
        command: 'trap "echo cleaning up; exit 7" TERM; sleep 600 & echo ready; wait',
      });
      await stage.printed(id, 1);
      await stage.ask(admin, 'DELETE', `/api/v1/executions/${id}`);
      await stage.ending(admin, id);
    },
  }),
];
