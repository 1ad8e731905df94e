import type { Check } from '../../check.ts';
import { equal } from '../../expect.ts';
import { nobody } from '../../product/conversation.ts';
import { defineScenario } from '../../product/scenario.ts';

export const userScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.users.bootstrap',
    level: 'MUST',
    sentence: 'The first start makes one administrator and gives his key once; a second start makes none.',
    why: 'A new deployment could not be used, or every restart would hand out another administrator.',
    async play(stage) {
      stage.transcript.scene('The first start');
      stage.transcript.json(
        stage.server.admin && { email: stage.server.admin.email, api_key: stage.server.admin.apiKey },
      );
      await stage.ask(stage.admin, 'GET', '/api/v1/whoami');
      await stage.ask(stage.admin, 'GET', '/api/v1/users');
      await stage.world.until('the use of the key to be noted', async () => {
        const { json } = await stage.expect(200, stage.admin, 'GET', '/api/v1/users');
        return json.users[0].last_used !== undefined;
      });
      stage.transcript.scene('The second start');
      await stage.stop();
      const { admin } = await stage.start();
      equal(admin, undefined, 'the administrator that a second start makes');
      await stage.ask(stage.admin, 'GET', '/api/v1/whoami');
    },
  }),
  defineScenario({
    id: 'product.users.claim',
    level: 'MUST',
    sentence:
      'Who was invited claims his key once; a second claim is a conflict, and an unknown or expired token is not found.',
    why: 'An invitation that was read by somebody else could be used twice, or for ever.',
    async play(stage) {
      const { admin } = stage;
      stage.transcript.scene('Bo is invited');
      const invited = await stage.ask(admin, 'POST', '/api/v1/users/create', {
        email: 'bo@example.com',
        role: 'developer',
      });
      const claim = `/api/v1/claim/${invited.json.claim_token}`;
      await stage.ask(admin, 'POST', '/api/v1/users/create', { email: 'bo@example.com', role: 'viewer' });
      stage.transcript.scene('He claims his key, once');
      const { json } = await stage.ask(nobody, 'GET', claim);
      const bo = { name: 'bo', apiKey: json.api_key as string };
      await stage.ask(bo, 'GET', '/api/v1/whoami');
      await stage.ask(nobody, 'GET', claim);
      await stage.ask(nobody, 'GET', '/api/v1/claim/no-such-token');
      stage.transcript.scene('Cy comes 15 minutes later');
      const late = await stage.ask(admin, 'POST', '/api/v1/users/create', { email: 'cy@example.com', role: 'viewer' });
      stage.world.clock.advance(15 * 60_000 + 1);
      await stage.ask(nobody, 'GET', `/api/v1/claim/${late.json.claim_token}`);
      await stage.ask(admin, 'GET', '/api/v1/users');
    },
  }),
  defineScenario({
    id: 'product.users.rotation',
    level: 'MUST',
    sentence: 'A new key takes the place of the old one when it is claimed, and not before.',
    why: 'Replacing a key would lock its owner out, or leave the leaked one working.',
    async play(stage) {
      const bo = await stage.person('bo', 'developer');
      stage.transcript.scene('Bo asks for a new key');
      const rotated = await stage.ask(bo, 'POST', '/api/v1/whoami/rotate');
      await stage.ask(bo, 'GET', '/api/v1/whoami');
      const { json } = await stage.ask(nobody, 'GET', `/api/v1/claim/${rotated.json.claim_token}`);
      stage.transcript.scene('The old key, then the new one');
      await stage.ask(bo, 'GET', '/api/v1/whoami');
      await stage.ask({ ...bo, apiKey: json.api_key }, 'GET', '/api/v1/whoami');
    },
  }),
  defineScenario({
    id: 'product.users.role',
    level: 'MUST',
    sentence: 'A change of role counts from the next request on.',
    why: 'Somebody who left a team would keep its rights until the server is restarted.',
    async play(stage) {
      const bo = await stage.person('bo', 'viewer');
      await stage.ask(bo, 'GET', '/api/v1/images');
      await stage.ask(stage.admin, 'POST', '/api/v1/users/role', { email: bo.email, role: 'operator' });
      await stage.ask(bo, 'GET', '/api/v1/images');
      await stage.ask(stage.admin, 'POST', '/api/v1/users/role', { email: bo.email, role: 'king' });
    },
  }),
  defineScenario({
    id: 'product.users.last-administrator',
    level: 'MUST',
    sentence: 'The last administrator can be neither revoked nor given another role.',
    why: 'Nobody could let anybody in again.',
    async play(stage) {
      const { admin } = stage;
      await stage.ask(admin, 'POST', '/api/v1/users/revoke', { email: admin.email });
      await stage.ask(admin, 'POST', '/api/v1/users/role', { email: admin.email, role: 'viewer' });
      await stage.ask(admin, 'GET', '/api/v1/whoami');
      stage.transcript.scene('There is another one');
      const ana = await stage.person('ana', 'admin');
      await stage.ask(ana, 'POST', '/api/v1/users/role', { email: admin.email, role: 'viewer' });
      await stage.ask(admin, 'GET', '/api/v1/users');
    },
  }),
  defineScenario({
    id: 'product.users.revoke',
    level: 'MUST',
    sentence: 'A revoked key is refused from the next request on, with its own error code.',
    why: 'A leaked key would go on working.',
    async play(stage) {
      const bo = await stage.person('bo', 'operator');
      await stage.ask(bo, 'GET', '/api/v1/whoami');
      await stage.ask(stage.admin, 'POST', '/api/v1/users/revoke', { email: bo.email });
      await stage.ask(bo, 'GET', '/api/v1/whoami');
      await stage.ask(stage.admin, 'POST', '/api/v1/users/revoke', { email: bo.email });
      await stage.ask(stage.admin, 'POST', '/api/v1/users/revoke', { email: 'nobody@example.com' });
      stage.transcript.scene('He is invited again');
      const again = await stage.ask(stage.admin, 'POST', '/api/v1/users/create', { email: bo.email, role: 'viewer' });
      const { json } = await stage.ask(nobody, 'GET', `/api/v1/claim/${again.json.claim_token}`);
      await stage.ask({ name: 'bo', apiKey: json.api_key }, 'GET', '/api/v1/whoami');
      await stage.ask(bo, 'GET', '/api/v1/whoami');
    },
  }),
];
