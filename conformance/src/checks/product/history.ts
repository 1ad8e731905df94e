import type { Check } from '../../check.ts';
import { deepEqual } from '../../expect.ts';
import { defineScenario } from '../../product/scenario.ts';

export const historyScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.history.list',
    level: 'MUST',
    sentence: 'Executions are listed newest first, by status, creator, image and time, and page by page with a cursor.',
    why: 'Nobody would find the run that broke something.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const bo = await stage.person('bo', 'developer');
      const show = async (query: string) => {
        const answer = await stage.expect(200, admin, 'GET', `/api/v1/executions${query}`);
        const commands = answer.json.map(({ command, status }: Record<string, string>) => `${command} (${status})`);
        const more = answer.headers['x-next-cursor'] === undefined ? '' : ', and more';
        stage.transcript.line(`${query || '(all)'}: ${commands.join(', ') || 'none'}${more}`);
        return answer;
      };
      const times: number[] = [];
      for (const [person, command] of [
        [admin, 'exit 0'],
        [bo, 'exit 1'],
        [admin, 'exit 2'],
        [bo, ': 3'],
        [admin, ': 4'],
      ] as const) {
        times.push(stage.world.clock.now());
        // Bounds are inclusive, and a run may be accepted within a millisecond.
        stage.world.clock.advance(1000);
        const { json } = await stage.expect(202, person, 'POST', '/api/v1/run', { command });
        await stage.until(json.execution_id);
        // Order is by time of acceptance.
        stage.world.clock.advance(1000);
      }
      await show('');
      await show('?status=FAILED');
      await show('?status=FAILED, SUCCEEDED&limit=2');
      await show('?status=failed');
      await show('?status=NO_SUCH_STATUS');
      await show('?created_by=bo@example.com');
      await show('?created_by=bo@example.com&status=SUCCEEDED');
      await show('?image=no-such-image');
      await show('?limit=0');
      stage.transcript.scene('From the third on, and until it');
      const third = new Date(times[2]!).toISOString();
      stage.transcript.mask.name(third, 'time of the third');
      await show(`?since=${third}`);
      await show(`?until=${third}`);
      stage.transcript.scene('Pages of two');
      for (let cursor: string | undefined, page = 0; page < 4; page++) {
        const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        if (cursor !== undefined) stage.transcript.mask.learn('cursor', cursor);
        cursor = (await show(`?limit=2${query}`)).headers['x-next-cursor'] as string | undefined;
        if (cursor === undefined) break;
      }
    },
  }),
  defineScenario({
    id: 'product.history.log-pages',
    level: 'MUST',
    sentence:
      'The log of a run can be read page by page, while it runs and afterwards, and no line is skipped or repeated.',
    why: 'Tools that poll would miss output, or show it twice.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const id = await stage.run(admin, { command: 'echo one; echo two; echo three; sleep 600' });
      const path = `/api/v1/executions/${id}/logs`;
      await stage.printed(id, 3);
      stage.transcript.scene('While it runs');
      const first = await stage.ask(admin, 'GET', `${path}?limit=2`);
      const second = await stage.ask(admin, 'GET', `${path}?after=${encodeURIComponent(first.json.next)}`);
      const third = await stage.ask(admin, 'GET', `${path}?after=${encodeURIComponent(second.json.next)}`);
      stage.transcript.scene('After its end');
      await stage.ask(admin, 'DELETE', `/api/v1/executions/${id}`);
      await stage.until(id);
      await stage.ask(admin, 'GET', `${path}?after=${encodeURIComponent(third.json.next)}`);
      await stage.ask(admin, 'GET', `${path}?limit=2`);
      await stage.ask(admin, 'GET', path);
      stage.transcript.scene('What is no cursor, and what is no limit');
      await stage.ask(admin, 'GET', `${path}?after=from-elsewhere`);
      await stage.ask(admin, 'GET', `${path}?limit=0`);
      await stage.ask(admin, 'GET', `${path}?limit=10001`);
    },
  }),
  defineScenario({
    id: 'product.history.many-lines',
    level: 'MUST',
    sentence: '20,000 lines are all in the log, in their order, however it is read.',
    why: 'The one line that matters would be the one that is missing.',
    needs: ['output'],
    limitSeconds: 40,
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const id = await stage.run(admin, { command: 'seq 1 20000' });
      await stage.until(id);
      const expected = Array.from({ length: 20_000 }, (_, at) => String(at + 1));
      const path = `/api/v1/executions/${id}/logs`;
      const whole = await stage.expect(200, admin, 'GET', path);
      deepEqual(textsOf(whole.json), expected, 'all lines, read at once');
      const paged: string[] = [];
      for (let query = '?limit=7000'; ; ) {
        const { json } = await stage.expect(200, admin, 'GET', path + query);
        paged.push(...textsOf(json));
        if (json.next === undefined) break;
        query = `?limit=7000&after=${encodeURIComponent(json.next)}`;
      }
      deepEqual(paged, expected, 'all lines, read page by page');
      stage.transcript.line(`${whole.json.status}, complete: ${whole.json.logs_complete}`);
    },
  }),
  defineScenario({
    id: 'product.history.trace',
    level: 'MUST',
    sentence: 'The id of a request leads to what it logged and to what it created or changed.',
    why: 'An administrator could not find out what became of the request that a user complains about.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const id = { headers: { 'X-Request-Id': 'trace-me-0123456789' }, show: ['X-Request-Id'] };
      const run = await stage.run(admin, { command: 'true' }, id);
      await stage.until(run);
      await stage.ask(admin, 'POST', '/api/v1/secrets', { name: 's', key_name: 'S', value: 'the-value' }, id);
      const { json } = await stage.expect(200, admin, 'GET', '/api/v1/trace/trace-me-0123456789');
      stage.transcript.line('admin> GET /api/v1/trace/trace-me-0123456789');
      // Who registers the image that a run names none of is the provider's matter.
      stage.transcript.json({ ...json.related_resources, images: undefined });
      await stage.ask(admin, 'GET', '/api/v1/trace/unknown-request');
    },
  }),
  defineScenario({
    id: 'product.history.backend-logs',
    level: 'MUST',
    sentence: 'A trace has the lines that the server logged for that request.',
    why: 'An administrator could not see why a request failed.',
    needs: ['backendLogs'],
    async play(stage) {
      const { admin } = stage;
      const id = { headers: { 'X-Request-Id': 'trace-me-0123456789' } };
      await stage.ask(admin, 'GET', '/api/v1/executions/unknown/status', undefined, id);
      const line = await stage.world.until('its line in the trace', async () => {
        const { json } = await stage.expect(200, admin, 'GET', '/api/v1/trace/trace-me-0123456789');
        return json.logs?.map((entry: { message: string }) => JSON.parse(entry.message)).at(-1);
      });
      const { level, msg, request_id, method, route, status, user } = line as Record<string, unknown>;
      stage.transcript.json({ level, msg, request_id, method, route, status, user });
    },
  }),
];

function textsOf({ events }: { events: { message: string }[] }): string[] {
  return events.map(({ message }) => message);
}
