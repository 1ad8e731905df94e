import type { Check } from '../../check.ts';
import { nobody } from '../../product/conversation.ts';
import { defineScenario } from '../../product/scenario.ts';
import type { Stage } from '../../product/stage.ts';

const roles = ['admin', 'operator', 'developer', 'viewer'];

/** Bodies that are refused as wrong only by who may do the thing at all: nothing is changed by asking. */
const requests: readonly (readonly [method: string, path: string, body?: object])[] = [
  ['GET', '/health'],
  ['GET', '/openapi.json'],
  ['GET', '/whoami'],
  ['POST', '/run', { command: '' }],
  ['GET', '/executions'],
  ['GET', '/executions/'],
  ['GET', '/executions/<execution>/status'],
  ['GET', '/executions/<execution>/logs'],
  ['DELETE', '/executions/<execution>'],
  ['GET', '/users'],
  ['GET', '/users/'],
  ['POST', '/users/create', {}],
  ['POST', '/users/revoke', {}],
  ['POST', '/users/rotate', {}],
  ['POST', '/users/role', {}],
  ['GET', '/images'],
  ['GET', '/images/unknown'],
  ['POST', '/images/register', {}],
  ['DELETE', '/images/unknown:1-00000000'],
  ['GET', '/secrets'],
  ['POST', '/secrets', {}],
  ['GET', '/secrets/of-admin'],
  ['PUT', '/secrets/of-admin', { description: 'changed' }],
  ['GET', '/secrets/unknown'],
  ['POST', '/health/reconcile'],
  ['GET', '/trace/0123456789abcdef'],
];

export const accessScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.access.matrix',
    level: 'MUST',
    sentence: 'Each role may make the requests that the policy grants it, and no others.',
    why: 'Somebody could read the secrets of others, or could not do what he is there for.',
    needs: ['output'],
    limitSeconds: 30,
    async play(stage) {
      await stage.prepareImage();
      const people = await Promise.all(
        roles.map((role) => (role === 'admin' ? stage.admin : stage.person(`the-${role}`, role))),
      );
      await stage.expect(201, stage.admin, 'POST', '/api/v1/secrets', {
        name: 'of-admin',
        key_name: 'A_SECRET',
        value: 'value',
      });
      const execution = await ended(stage);
      stage.transcript.line(row('', [...roles, 'nobody']));
      for (const [method, path, body] of requests) {
        const real = `/api/v1${path.replace('<execution>', execution)}`;
        const statuses: number[] = [];
        for (const person of [...people, nobody]) statuses.push((await stage.send(person, method, real, body)).status);
        stage.transcript.line(row(`${method} ${path}`, statuses));
      }
    },
  }),
  defineScenario({
    id: 'product.access.owner',
    level: 'MUST',
    sentence: 'A developer sees and stops his own executions, and not those of others.',
    why: 'Developers could not read the output of their own runs.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const ana = await stage.person('ana', 'developer');
      const bo = await stage.person('bo', 'developer');
      const id = await stage.run(ana, { command: 'echo mine; sleep 60' });
      await stage.printed(id, 1);
      stage.transcript.scene('Bo tries');
      await stage.ask(bo, 'GET', `/api/v1/executions/${id}/status`);
      await stage.ask(bo, 'GET', `/api/v1/executions/${id}/logs`);
      await stage.ask(bo, 'DELETE', `/api/v1/executions/${id}`);
      stage.transcript.scene('Ana may');
      await stage.ask(ana, 'GET', `/api/v1/executions/${id}/status`);
      await stage.ask(ana, 'GET', `/api/v1/executions/${id}/logs`);
      await stage.ask(ana, 'DELETE', `/api/v1/executions/${id}`);
      await stage.ending(ana, id);
      stage.transcript.scene('Her secret');
      await stage.ask(ana, 'POST', '/api/v1/secrets', { name: 'hers', key_name: 'HERS', value: 'a-value' });
      await stage.ask(ana, 'GET', '/api/v1/secrets/hers');
      await stage.ask(bo, 'GET', '/api/v1/secrets/hers');
    },
  }),
];

async function ended(stage: Stage): Promise<string> {
  const { json } = await stage.expect(202, stage.admin, 'POST', '/api/v1/run', { command: 'true' });
  await stage.until(json.execution_id);
  return json.execution_id;
}

function row(title: string, cells: readonly (string | number)[]): string {
  return [title.padEnd(36), ...cells.map((cell) => String(cell).padEnd(10))].join('').trimEnd();
}
