import type { Check } from '../../check.ts';
import { nobody } from '../../product/conversation.ts';
import { defineScenario } from '../../product/scenario.ts';

export const streamRefusalScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.streams.refused',
    level: 'MUST',
    sentence:
      'A stream is opened with the token of its own execution only; every other request for one is refused before it opens.',
    why: "Anybody could read anybody's output.",
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const bo = await stage.person('bo', 'developer');
      const urls: URL[] = [];
      for (const person of [admin, bo]) {
        const { json } = await stage.expect(202, person, 'POST', '/api/v1/run', { command: 'true' });
        stage.transcript.mask.learn('execution', json.execution_id);
        await stage.until(json.execution_id);
        urls.push(new URL(json.websocket_url));
      }
      const [mine, other] = urls as [URL, URL];
      const token = mine.searchParams.get('token')!;
      const id = mine.searchParams.get('execution_id')!;
      stage.transcript.mask.name(token, 'token');
      const open = (path: string) => stage.ask(nobody, 'GET', path, undefined, { headers: upgrade, quiet: true });
      await open(`/stream?execution_id=${id}&token=${encodeURIComponent(token)}`);
      await open(`/stream?execution_id=${id}`);
      await open(`/stream?execution_id=${id}&token=wrong`);
      const forged = `${token.slice(0, -1)}!`;
      stage.transcript.mask.name(forged, 'token with its last character changed');
      await open(`/stream?execution_id=${id}&token=${encodeURIComponent(forged)}`);
      await open(`/stream?execution_id=${other.searchParams.get('execution_id')}&token=${encodeURIComponent(token)}`);
      await open(`/stream?token=${encodeURIComponent(token)}`);
      await open(`/stream?execution_id=${id}&token=${encodeURIComponent(token)}&protocol=3`);
      await open(`/stream?execution_id=${id}&token=${encodeURIComponent(token)}&protocol=2&after=from-elsewhere`);
      await open(`/elsewhere?execution_id=${id}&token=${encodeURIComponent(token)}`);
      stage.transcript.scene('The token of somebody whose key was revoked');
      await stage.expect(200, admin, 'POST', '/api/v1/users/revoke', { email: bo.email });
      stage.transcript.mask.name(other.searchParams.get('token')!, 'token-of-bo');
      await open(other.pathname + other.search);
      stage.transcript.scene('A token after its 24 hours');
      stage.world.clock.advance(24 * 3_600_000 + 1);
      await open(`/stream?execution_id=${id}&token=${encodeURIComponent(token)}`);
    },
  }),
];

const upgrade = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
