import type { Check } from '../../check.ts';
import { defineScenario } from '../../product/scenario.ts';
import type { Stage } from '../../product/stage.ts';
import { untilEnded } from '../support/tasks.ts';

const command = 'echo one; exit 3';
/** A record that was looked at within this time is not compared with the cloud again. */
const staleMilliseconds = 10_001;

export const eventScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.events.repeated',
    level: 'MUST',
    sentence: 'Notifications that come three times end in the same record as those that come once.',
    why: 'Clouds deliver at least once: a run would end twice, or its record would change after its end.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      stage.interception.notifications = 'repeat';
      const id = await stage.run(stage.admin, { command });
      await record(stage, id);
    },
  }),
  defineScenario({
    id: 'product.events.lost',
    level: 'MUST',
    sentence: 'A run of which no notification ever came is found to have ended when somebody looks at it.',
    why: 'Runs would stay RUNNING for ever when the cloud drops a message.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      stage.interception.notifications = 'drop';
      const id = await stage.run(stage.admin, { command });
      await untilEnded(stage.world, { executionId: id });
      stage.world.clock.advance(staleMilliseconds);
      await record(stage, id);
    },
  }),
  defineScenario({
    id: 'product.events.late',
    level: 'MUST',
    sentence: 'Notifications that come after the record is final change nothing in it.',
    why: 'A finished run would go back to RUNNING.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      stage.interception.notifications = 'hold';
      const id = await stage.run(stage.admin, { command });
      await untilEnded(stage.world, { executionId: id });
      await held(stage);
      stage.world.clock.advance(staleMilliseconds);
      await record(stage, id);
      stage.transcript.scene('They come');
      await stage.interception.release();
      await record(stage, id);
    },
  }),
  defineScenario({
    id: 'product.events.reordered',
    level: 'MUST',
    sentence: 'Notifications that come in the opposite order end in the same record.',
    why: 'A run could be seen to start after its end.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      stage.interception.notifications = 'hold';
      const id = await stage.run(stage.admin, { command });
      await untilEnded(stage.world, { executionId: id });
      await held(stage);
      await stage.interception.release((events) => events.reverse());
      await record(stage, id);
    },
  }),
  defineScenario({
    id: 'product.events.unknown',
    level: 'MUST',
    sentence: 'A notification about a task that has no record is let go, and does no harm to others.',
    why: 'A task of somebody else in the same account would stop the server from hearing about its own.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      await stage.interception.inject({ type: 'task-changed', task: { executionId: stage.world.executionId() } });
      await stage.interception.inject({ type: 'task-changed', task: { ref: 'no-such-task' } });
      const id = await stage.run(stage.admin, { command });
      await record(stage, id);
    },
  }),
];

async function record(stage: Stage, id: string): Promise<void> {
  await stage.ending(stage.admin, id);
  await stage.ask(stage.admin, 'GET', '/api/v1/executions');
}

/** Where notifications come at all, at least one is held back by now. */
async function held({ world, interception }: Stage): Promise<void> {
  if (!world.provider.listen && !world.deployment.delivered) return;
  await world.until('a notification to be held back', () => interception.heldCount > 0);
}
