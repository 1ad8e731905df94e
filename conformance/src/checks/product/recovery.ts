import { RunvoyError } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { defineScenario } from '../../product/scenario.ts';
import { startTask, untilEnded } from '../support/tasks.ts';

/** How long a record may be without a task, which may still be on its way. */
const startGraceMilliseconds = 120_001;

export const recoveryScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.recovery.crash-before-start',
    level: 'MUST',
    sentence:
      'A run whose server broke off before the task was started ends as FAILED with exit code 1 and the reason start-failed.',
    why: 'It would be STARTING for ever.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin, interception } = stage;
      interception.start = async () => {
        throw new Error('the machine went away');
      };
      await stage.ask(admin, 'POST', '/api/v1/run', { command: 'echo never' });
      interception.start = undefined;
      const [{ execution_id: id }] = (await stage.ask(admin, 'GET', '/api/v1/executions')).json;
      stage.transcript.scene('Two minutes later');
      stage.world.clock.advance(startGraceMilliseconds);
      await stage.ask(admin, 'POST', '/api/v1/health/reconcile');
      await stage.ending(admin, id);
    },
  }),
  defineScenario({
    id: 'product.recovery.crash-after-start',
    level: 'MUST',
    sentence:
      'A run whose server broke off after the task was started is found by reconciliation with its exit code and its output.',
    why: 'A command would run with nobody ever knowing how it ended.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin, interception } = stage;
      interception.notifications = 'drop';
      interception.start = async (start, ...call) => {
        await start(...call);
        throw new Error('the machine went away');
      };
      const key = { headers: { 'Idempotency-Key': 'once-only' } };
      await stage.ask(admin, 'POST', '/api/v1/run', { command: 'echo it ran; exit 4' }, key);
      interception.start = undefined;
      const [{ execution_id: id }] = (await stage.expect(200, admin, 'GET', '/api/v1/executions')).json;
      await untilEnded(stage.world, { executionId: id });
      await stage.ask(admin, 'POST', '/api/v1/health/reconcile');
      await stage.ending(admin, id);
      stage.transcript.scene('The request is repeated');
      await stage.ask(admin, 'POST', '/api/v1/run', { command: 'echo it ran; exit 4' }, key);
    },
  }),
  defineScenario({
    id: 'product.recovery.server-away',
    level: 'MUST',
    sentence:
      'A run that ended while no server was there has its status, exit code and output when one is started again.',
    why: 'An update of the server would lose the runs of that minute.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const id = await stage.run(admin, { command: 'echo before; sleep 1; echo after; exit 6' });
      await stage.printed(id, 1);
      await stage.stop();
      await untilEnded(stage.world, { executionId: id });
      await stage.start();
      await stage.ending(admin, id);
    },
  }),
  defineScenario({
    id: 'product.recovery.start-refused',
    level: 'MUST',
    sentence:
      'A run that the cloud refuses to start is told so in the answer, and is FAILED with exit code 1 and the reason.',
    why: 'A full quota would look like a command that hangs.',
    async play(stage) {
      await stage.prepareImage();
      const { admin, interception } = stage;
      interception.start = async () => {
        throw new RunvoyError('CAPACITY_EXCEEDED', 'no capacity is left', { remedy: 'Ask for a higher quota.' });
      };
      await stage.ask(admin, 'POST', '/api/v1/run', { command: 'true' });
      await stage.ask(admin, 'GET', '/api/v1/executions');
    },
  }),
  defineScenario({
    id: 'product.recovery.reconcile-clean',
    level: 'MUST',
    sentence: 'Reconciliation of a deployment in which nothing is wrong finds nothing and changes nothing.',
    why: 'Nobody would look at a report that always has something in it.',
    needs: ['output'],
    async play(stage) {
      const { admin } = stage;
      const image = stage.image;
      await stage.expect(201, admin, 'POST', '/api/v1/images/register', { image });
      await stage.expect(201, admin, 'POST', '/api/v1/secrets', { name: 's', key_name: 'S', value: 'the-value' });
      const id = await stage.run(admin, { command: 'true', secrets: ['s'] });
      await stage.until(id);
      await stage.ask(admin, 'POST', '/api/v1/health/reconcile');
    },
  }),
  defineScenario({
    id: 'product.recovery.template',
    level: 'MUST',
    sentence:
      'Reconciliation makes the template of an image again when the cloud has lost it, and runs of the image go on.',
    why: 'A task definition that somebody deleted in the console would break every run of that image.',
    needs: ['output'],
    async play(stage) {
      const { admin, world } = stage;
      await stage.ask(admin, 'POST', '/api/v1/images/register', { image: stage.image, is_default: true });
      const { store, tasks } = world.provider;
      const [image] = await store.query('images', { index: 'all', limit: 1 });
      await tasks.forget(image!.template_ref);
      await stage.ask(admin, 'POST', '/api/v1/health/reconcile');
      stage.transcript.line(`templates: ${(await tasks.templates()).length}`);
      const id = await stage.run(admin, { command: 'echo it runs' });
      await stage.until(id);
      await stage.log(admin, id);
    },
  }),
  defineScenario({
    id: 'product.recovery.secret',
    level: 'MUST',
    sentence:
      'A secret whose value the cloud has lost is reported, refused to runs by name, and whole again once it is updated.',
    why: 'Runs would start with an empty password.',
    async play(stage) {
      await stage.prepareImage();
      const { admin, world } = stage;
      await stage.expect(201, admin, 'POST', '/api/v1/secrets', { name: 'kept', key_name: 'K', value: 'the-value' });
      await stage.expect(201, admin, 'POST', '/api/v1/secrets', { name: 'lost', key_name: 'L', value: 'the-value' });
      await world.provider.secrets.remove('lost');
      const { json } = await stage.expect(200, admin, 'POST', '/api/v1/health/reconcile');
      stage.transcript.json({ secrets_status: json.report.secrets_status, issues: json.report.issues });
      await stage.ask(admin, 'GET', '/api/v1/secrets/lost');
      await stage.ask(admin, 'POST', '/api/v1/run', { command: 'true', secrets: ['kept', 'lost'] });
      await stage.ask(admin, 'PUT', '/api/v1/secrets/lost', { value: 'a-new-value' });
      await stage.ask(admin, 'GET', '/api/v1/secrets/lost');
    },
  }),
  defineScenario({
    id: 'product.recovery.orphan',
    level: 'MUST',
    sentence: 'Reconciliation stops a task that no record belongs to.',
    why: 'A container would run, and cost, with nobody who could stop it.',
    async play(stage) {
      const { world, admin } = stage;
      const task = await startTask(world, 'sleep 600');
      stage.transcript.mask.learn('execution', task.executionId);
      const { json } = await stage.expect(200, admin, 'POST', '/api/v1/health/reconcile');
      const { executions_status, issues } = json.report;
      const ofTasks = issues.filter((issue: { resource_type: string }) => issue.resource_type === 'task');
      stage.transcript.json({ executions_status, issues: ofTasks });
      const { reason } = await untilEnded(world, task);
      stage.transcript.line(`the task ended: ${reason}`);
    },
  }),
];
