import type { Check } from '../../check.ts';
import { deepEqual } from '../../expect.ts';
import { OldViewer } from '../../product/old-viewer.ts';
import { defineScenario } from '../../product/scenario.ts';
import type { Stage } from '../../product/stage.ts';

export const upstreamScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.upstream.command-line',
    level: 'MUST',
    sentence:
      "What upstream's command line sends for a run, a list, a status, a log and a kill is answered as it expects.",
    why: 'Everybody who still has the old command line would be locked out on the day of the move.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const headers = { 'Content-Type': 'application/json', 'User-Agent': 'Go-http-client/1.1' };
      const ask = (method: string, path: string, raw?: string) =>
        stage.ask(admin, method, path, undefined, { headers, quiet: true, ...(raw !== undefined && { raw }) });
      stage.transcript.scene('run: it sends every field, ends the body with a newline, and dials the URL as it is');
      const body = { command: 'echo one; echo two; sleep 0.3; echo three', image: '', env: { A: 'b' }, secrets: null };
      const { json } = await ask(
        'POST',
        '/api/v1/run',
        `${JSON.stringify({ ...body, git_repo: '', git_ref: '', git_path: '', timeout: null })}\n`,
      );
      await printed(stage, json.websocket_url);
      stage.transcript.scene('list, status, logs, kill');
      await stage.until(json.execution_id);
      await ask('GET', '/api/v1/executions?limit=10&status=');
      await ask('GET', `/api/v1/executions/${json.execution_id}/status`);
      const logs = await stage.expect(200, admin, 'GET', `/api/v1/executions/${json.execution_id}/logs`);
      stage.transcript.line(`logs: ${logs.json.events.map((event: { message: string }) => event.message).join(', ')}`);
      await ask('DELETE', `/api/v1/executions/${json.execution_id}`);
      stage.transcript.scene('users, as it asks for them; names of fields in any case');
      await ask('GET', '/api/v1/users/');
      await ask('POST', '/api/v1/users/create', '{"Email":"bo@example.com","ROLE":"viewer","unknown":[1]} trailing');
    },
  }),
  defineScenario({
    id: 'product.upstream.web-app',
    level: 'MUST',
    sentence:
      "Upstream's web app follows a run: it asks for the log, opens the URL that it gets, and again after a pause, with everything shown each time.",
    why: 'Everybody who uses the old web app would see an empty page.',
    needs: ['output'],
    settings: { RUNVOY_CORS_ALLOWED_ORIGINS: 'https://web.example.com/' },
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      const page = {
        headers: { Origin: 'https://web.example.com' },
        show: ['Access-Control-Allow-Origin', 'Content-Type'],
      };
      const id = await stage.run(admin, { command: 'echo one; echo two; sleep 600' }, page);
      const path = `/api/v1/executions/${id}/logs`;
      await stage.printed(id, 2);
      const first = await stage.ask(admin, 'GET', path, undefined, page);
      const messages = await takeTwo(stage, first.json.websocket_url);
      stage.transcript.scene('Pause, and resume');
      const again = await stage.ask(admin, 'GET', path, undefined, page);
      deepEqual(await takeTwo(stage, again.json.websocket_url), messages, 'what is shown the second time');
      stage.transcript.scene('Stop, from another page');
      using viewer = new OldViewer(stage.world, again.json.websocket_url);
      await viewer.saw(2);
      await stage.ask(admin, 'DELETE', `/api/v1/executions/${id}`, undefined, page);
      await viewer.left();
      await stage.ask(admin, 'GET', `/api/v1/executions/${id}/status`, undefined, page);
    },
  }),
];

async function printed(stage: Stage, url: string): Promise<void> {
  using viewer = new OldViewer(stage.world, url);
  await viewer.left();
  viewer.messages.forEach((message, at) => {
    const frame = JSON.parse(message);
    stage.transcript.line(frame.type === undefined ? `${at + 1}  <time>  ${frame.message}` : message);
  });
  stage.transcript.json(viewer.closed);
}

/** The first two events, with what the page's rows are keyed by. */
async function takeTwo(stage: Stage, url: string): Promise<unknown[]> {
  using viewer = new OldViewer(stage.world, url);
  await viewer.saw(2);
  const events = viewer.messages.slice(0, 2).map((message) => JSON.parse(message));
  stage.transcript.json(events);
  return events;
}
