import { startCuttingProxy } from '@runvoy/core/testing';
import type { Check } from '../../check.ts';
import { ok, sameText } from '../../expect.ts';
import { type Followed, followToEnd } from '../../product/follow-to-end.ts';
import { OldViewer } from '../../product/old-viewer.ts';
import { defineScenario } from '../../product/scenario.ts';
import type { Stage } from '../../product/stage.ts';

export const streamScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.streams.old-client',
    level: 'MUST',
    sentence:
      "A viewer of upstream's gets one bare event a line, from the first one on and as they come, then the disconnect object, and closes.",
    why: "Everybody who still has upstream's command line or web app would see nothing.",
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const { json } = await stage.expect(202, admin, 'POST', '/api/v1/run', {
        command: 'echo one; echo; echo two; sleep 600',
      });
      const id: string = json.execution_id;
      using first = new OldViewer(stage.world, json.websocket_url);
      await first.saw(3);
      stage.transcript.scene('What it got while the command ran');
      show(stage, first);
      stage.transcript.scene('A second viewer, who comes later');
      await stage.until(id, 'RUNNING');
      const logs = await stage.expect(200, admin, 'GET', `/api/v1/executions/${id}/logs`);
      using second = new OldViewer(stage.world, logs.json.websocket_url, { stays: true });
      await second.saw(3);
      show(stage, second);
      stage.transcript.scene('The end: the first one leaves, the second one is left');
      await stage.expect(200, admin, 'DELETE', `/api/v1/executions/${id}`);
      for (const viewer of [first, second]) {
        await viewer.left();
        stage.transcript.json(viewer.messages.slice(3).map((message) => JSON.parse(message)));
        stage.transcript.json(viewer.closed);
      }
      await stage.until(id);
      stage.transcript.scene('One who comes after the end, with the URL of the run');
      using third = new OldViewer(stage.world, json.websocket_url);
      await third.left();
      show(stage, third);
      stage.transcript.scene('One who has the first two lines');
      using fourth = new OldViewer(stage.world, `${json.websocket_url}&last_event_id=000000000002`);
      await fourth.left();
      show(stage, fourth);
    },
  }),
  defineScenario({
    id: 'product.streams.follow',
    level: 'MUST',
    sentence:
      'A client that follows a run gets its lines as they come, then its status, exit code and number of lines.',
    why: 'A terminal would stay empty until the command is over, or would not know how it ended.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const client = stage.client(stage.admin);
      const { execution_id: id } = await client.run({ command: 'echo one; echo two >&2; echo three; sleep 600' });
      stage.transcript.mask.learn('execution', id);
      stage.transcript.scene('While it runs');
      const early = await followToEnd(client, id, {
        until: ({ text }) => /three/.test(text.stdout) && text.stderr !== '',
      });
      showFollowed(stage, early);
      stage.transcript.scene('The lines so far');
      await stage.until(id, 'RUNNING');
      showFollowed(stage, await followToEnd(client, id, { follow: false }));
      stage.transcript.scene('Resumed after what was seen first, to the end');
      const rest = followToEnd(client, id, { after: early.cursor! });
      await stage.expect(200, stage.admin, 'DELETE', `/api/v1/executions/${id}`);
      showFollowed(stage, await stage.world.during('the end of the stream', rest));
      stage.transcript.scene('From the start, after the end');
      await stage.until(id);
      showFollowed(stage, await followToEnd(client, id));
    },
  }),
  defineScenario({
    id: 'product.streams.disconnects',
    level: 'MUST',
    sentence: 'A client whose connection is cut again and again goes on where it was, and loses and repeats nothing.',
    why: 'A moment without network would lose lines, or print them twice.',
    needs: ['output'],
    limitSeconds: 40,
    async play(stage) {
      await stage.prepareImage();
      const { world } = stage;
      let connections = 0;
      // The first connection is that of the request, later ones are cut at random, until there were enough.
      const budget = (): number =>
        connections++ < 2 || proxy.cuts >= 25 ? Number.POSITIVE_INFINITY : 300 + Math.floor(world.random() ** 2 * 6000);
      await using proxy = await startCuttingProxy(stage.server.url, budget);
      const client = stage.client(stage.admin, proxy.url);
      const { execution_id: id } = await client.run({
        command: 'for i in $(seq 1 40); do seq $((i * 100 - 99)) $((i * 100)); sleep 0.02; done; exit 5',
      });
      stage.transcript.mask.learn('execution', id);
      const following = stage.client(stage.admin, proxy.url);
      const followed = await world.during('the end of the stream', followToEnd(following, id));
      const expected = Array.from({ length: 4000 }, (_, at) => `${at + 1}\n`).join('');
      sameText(followed.text.stdout, expected, 'what arrived through the cuts');
      ok(followed.reconnections.length > 2, 'the connection was cut several times');
      stage.transcript.json({ ...followed.end, execution_id: id });
    },
  }),
  defineScenario({
    id: 'product.streams.shutdown',
    level: 'MUST',
    sentence:
      'A server that is stopped sends its viewers to reconnect; the next one on the deployment goes on where they were.',
    why: 'Every update of the server would end the output of all runs.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const client = stage.client(stage.admin);
      const { execution_id: id } = await client.run({ command: 'echo before; sleep 1.5; echo after; exit 9' });
      stage.transcript.mask.learn('execution', id);
      const { promise: seen, resolve } = Promise.withResolvers<void>();
      const following = followToEnd(client, id, {
        seen: ({ text }) => {
          if (text.stdout !== '') resolve();
        },
      });
      await stage.world.during('the first line', seen);
      await stage.stop();
      await stage.start();
      const { end, text, reconnections } = await stage.world.during('the end of the stream', following);
      stage.transcript.line(`reconnected because of: ${reconnections[0]}`);
      stage.transcript.output('stdout', text.stdout);
      stage.transcript.json(end);
    },
  }),
];

function show(stage: Stage, { messages, closed }: OldViewer): void {
  const events = messages.map((message) => JSON.parse(message));
  const lines = events.filter((event) => 'message' in event);
  stage.transcript.line(`fields: ${Object.keys(lines[0] ?? {}).join(', ')}`);
  stage.transcript.line(`ids: ${lines.map((event) => event.event_id).join(', ')}`);
  stage.transcript.line(`messages: ${JSON.stringify(lines.map((event) => event.message))}`);
  stage.transcript.json(events.filter((event) => !('message' in event)));
  if (closed) stage.transcript.json(closed);
}

function showFollowed(stage: Stage, { text, end }: Followed): void {
  for (const stream of ['stdout', 'stderr', 'system'] as const) stage.transcript.output(stream, text[stream]);
  if (end) stage.transcript.json(end);
}
