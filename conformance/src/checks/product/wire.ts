import type { Check } from '../../check.ts';
import { ok, present } from '../../expect.ts';
import { nobody } from '../../product/conversation.ts';
import { defineScenario } from '../../product/scenario.ts';

const week = 7 * 24 * 3600;

/** What is wrong with a request, each time with the field and the remedy in the answer. */
const badRequests: readonly (readonly [title: string, method: string, path: string, body: unknown])[] = [
  ['no JSON', 'POST', '/run', { raw: '{"command": ' }],
  ['no body', 'POST', '/run', { raw: '' }],
  ['no object', 'POST', '/run', ['true']],
  ['wrong types', 'POST', '/run', { command: 7, env: [], timeout: 'long' }],
  ['an empty command', 'POST', '/run', { command: '  ' }],
  ['no command', 'POST', '/run', {}],
  ['command and argv', 'POST', '/run', { command: 'true', argv: ['true'] }],
  ['an empty program', 'POST', '/run', { argv: [''] }],
  ['a NUL in the command', 'POST', '/run', { command: 'a\0b' }],
  ['a name that is no variable', 'POST', '/run', { command: 'true', env: { 'NOT-A-NAME': '1' } }],
  ['a timeout of 0', 'POST', '/run', { command: 'true', timeout: 0 }],
  ['a negative timeout', 'POST', '/run', { command: 'true', timeout: -1 }],
  ['half a second', 'POST', '/run', { command: 'true', timeout: 0.5 }],
  ['a week and a day', 'POST', '/run', { command: 'true', timeout: week + 24 * 3600 }],
  ['input that is not base64', 'POST', '/run', { command: 'true', stdin: '***' }],
  ['a limit of -1', 'GET', '/executions?limit=-1', undefined],
  ['a limit of words', 'GET', '/executions?limit=ten', undefined],
  ['a cursor from elsewhere', 'GET', '/executions?cursor=from-elsewhere', undefined],
  ['a time that is none', 'GET', '/executions?since=yesterday', undefined],
  ['an address with a name', 'POST', '/users/create', { email: 'Name <a@b>', role: 'viewer' }],
  ['no address', 'POST', '/users/create', { role: 'viewer' }],
  ['no role', 'POST', '/users/create', { email: 'bo@example.com' }],
  ['an unknown role', 'POST', '/users/create', { email: 'bo@example.com', role: 'king' }],
  ['a weak key', 'POST', '/users/create', { email: 'bo@example.com', role: 'viewer', api_key: 'short' }],
  ['a secret for no variable', 'POST', '/secrets', { name: 's', key_name: '1ST', value: 'v' }],
  ['a secret without a name', 'POST', '/secrets', { name: '', key_name: 'S', value: 'v' }],
  ['a secret of a run', 'POST', '/secrets', { name: 'exec/s', key_name: 'S', value: 'v' }],
  ['no image', 'POST', '/images/register', { image: '' }],
  ['an image of two words', 'POST', '/images/register', { image: 'two words' }],
  ['no CPU', 'POST', '/images/register', { image: 'alpine', cpu: 0 }],
];

export const wireScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.wire.bad-input',
    level: 'MUST',
    sentence: 'A request that is wrong is refused with the field, the problem and the remedy, and changes nothing.',
    why: 'Users would have to guess what is wrong, or find half of it done.',
    async play(stage) {
      const { admin, transcript } = stage;
      for (const [title, method, path, body] of badRequests) {
        transcript.scene(title);
        const { raw } = Object(body);
        await stage.ask(admin, method, `/api/v1${path}`, body, raw === undefined ? {} : { raw });
      }
      transcript.scene('A value of 64 KiB and one byte');
      const secret = { name: 's', key_name: 'S', value: 'x'.repeat(65_537) };
      await stage.ask(admin, 'POST', '/api/v1/secrets', undefined, { raw: JSON.stringify(secret) });
      transcript.scene('Nothing has changed');
      for (const path of ['users', 'images', 'secrets', 'executions']) {
        const { json } = await stage.expect(200, admin, 'GET', `/api/v1/${path}`);
        transcript.line(`${path}: ${(json[path] ?? json).length}`);
      }
    },
  }),
  defineScenario({
    id: 'product.wire.unrouted',
    level: 'MUST',
    sentence: 'Paths that there are not, methods that a path does not have, and keys that are missing are told apart.',
    why: 'A client could not tell a wrong address from a wrong key.',
    async play(stage) {
      const { admin } = stage;
      await stage.ask(nobody, 'GET', '/nothing');
      await stage.ask(admin, 'GET', '/api/v1/nothing');
      await stage.ask(admin, 'PUT', '/api/v1/run', undefined, { show: ['Allow'] });
      await stage.ask(admin, 'DELETE', '/api/v1/secrets', undefined, { show: ['Allow'] });
      await stage.ask(admin, 'HEAD', '/api/v1/health', undefined, { show: ['Allow'] });
      await stage.ask(nobody, 'GET', '/api/v1/executions');
      await stage.ask({ name: 'somebody', apiKey: 'wrong' }, 'GET', '/api/v1/executions');
      await stage.ask(nobody, 'GET', '/api/v1/health/');
    },
  }),
  defineScenario({
    id: 'product.wire.cors',
    level: 'MUST',
    sentence: 'Pages of the allowed origins may call the API, and no others.',
    why: "The web app would not work, or any page could use a visitor's access.",
    settings: { RUNVOY_CORS_ALLOWED_ORIGINS: 'https://web.example.com/,http://localhost:5173' },
    async play(stage) {
      const show = [
        'Access-Control-Allow-Origin',
        'Access-Control-Allow-Methods',
        'Access-Control-Allow-Headers',
        'Access-Control-Max-Age',
        'Content-Length',
      ];
      const preflight = (Origin: string) =>
        stage.ask(nobody, 'OPTIONS', '/api/v1/run', undefined, {
          headers: { Origin, 'Access-Control-Request-Method': 'POST' },
          show,
        });
      await preflight('https://web.example.com');
      await preflight('http://localhost:5173');
      await preflight('https://evil.example.com');
      for (const Origin of ['https://web.example.com', 'https://web.example.com.evil.com'])
        await stage.ask(nobody, 'GET', '/api/v1/health', undefined, { headers: { Origin }, show: show.slice(0, 1) });
    },
  }),
  defineScenario({
    id: 'product.wire.limits',
    level: 'MUST',
    sentence: 'Requests that are too large, or too many, are refused as such, and say when to come back.',
    why: 'One client could take the server from all others.',
    settings: { RUNVOY_MAX_BODY_BYTES: '4096', RUNVOY_RATE_LIMIT: '1' },
    async play(stage) {
      const { admin } = stage;
      const bo = await stage.person('bo', 'admin');
      const command = `: ${'x'.repeat(5000)}`;
      await stage.ask(admin, 'POST', '/api/v1/run', undefined, { raw: JSON.stringify({ command }) });
      const answers = await Promise.all(Array.from({ length: 200 }, () => stage.send(bo, 'GET', '/api/v1/whoami')));
      const statuses = new Set(answers.map(({ status }) => status));
      stage.transcript.line(`200 requests at once, statuses: ${[...statuses].sort().join(', ')}`);
      const refused = present(
        answers.find(({ status }) => status === 429),
        'a request that was refused',
      );
      const seconds = Number(refused.headers['retry-after']);
      ok(seconds >= 1 && seconds <= 60, `Retry-After is within a minute: ${seconds}`);
      const { error, code } = refused.json;
      stage.transcript.json({ error, code });
      stage.transcript.scene('Somebody else at the same time');
      await stage.ask(admin, 'GET', '/api/v1/whoami');
    },
  }),
  defineScenario({
    id: 'product.wire.request-id',
    level: 'MUST',
    sentence: 'Every answer has the id of its request: the one that came with it, if it is a good one.',
    why: 'A complaint could not be traced to what happened.',
    async play(stage) {
      const { admin, transcript } = stage;
      for (const id of ['my-request.0123456789', undefined, 'bad id!', 'short']) {
        const { headers } = await stage.send(admin, 'GET', '/api/v1/whoami', undefined, {
          headers: id === undefined ? {} : { 'X-Request-Id': id },
        });
        const answered = String(headers['x-request-id']);
        transcript.line(`${id ?? '(none)'}: ${/^[0-9a-f]{32}$/.test(answered) ? 'one of 32 digits' : answered}`);
      }
      await stage.ask(nobody, 'GET', '/api/v1/health', undefined, { show: ['Content-Type', 'Cache-Control'] });
    },
  }),
];
