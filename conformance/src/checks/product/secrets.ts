import type { Check } from '../../check.ts';
import { ok } from '../../expect.ts';
import { defineScenario } from '../../product/scenario.ts';
import type { Stage } from '../../product/stage.ts';

const value = 'p4ss/w0rd+"quoted"&more?';

export const secretScenarios: readonly Check[] = [
  defineScenario({
    id: 'product.secrets.keep',
    level: 'MUST',
    sentence: 'A secret is created once, read, updated and deleted; creating one that exists leaves it as it is.',
    why: "Somebody's secret would be overwritten by a colleague who chose the same name.",
    async play(stage) {
      const { admin } = stage;
      const create = { name: 'team/database', key_name: 'DATABASE_PASSWORD', value, description: 'of the database' };
      await stage.ask(admin, 'POST', '/api/v1/secrets', create);
      stage.transcript.scene('A second one of that name');
      await stage.ask(admin, 'POST', '/api/v1/secrets', { ...create, value: 'another', description: 'new' });
      await stage.ask(admin, 'GET', '/api/v1/secrets/team/database');
      stage.transcript.scene('Changes');
      await stage.ask(admin, 'PUT', '/api/v1/secrets/team/database', { value: 'second value', description: '' });
      await stage.ask(admin, 'GET', '/api/v1/secrets/team%2Fdatabase');
      await stage.ask(admin, 'GET', '/api/v1/secrets');
      stage.transcript.scene('The end');
      await stage.ask(admin, 'DELETE', '/api/v1/secrets/team/database');
      await stage.ask(admin, 'DELETE', '/api/v1/secrets/team/database');
      await stage.ask(admin, 'GET', '/api/v1/secrets/team/database');
      await stage.ask(admin, 'PUT', '/api/v1/secrets/team/database', { value: 'third value' });
      await stage.ask(admin, 'GET', '/api/v1/secrets');
    },
  }),
  defineScenario({
    id: 'product.secrets.masked',
    level: 'MUST',
    sentence:
      'A run gets its secrets as environment variables, and their values appear in no output (whole, in pieces, base64, URL or JSON encoded), record or server log.',
    why: 'Everybody who may read a log, or the log service, would have the password.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      await stage.expect(201, admin, 'POST', '/api/v1/secrets', { name: 's', key_name: 'PASSWORD_OF_IT', value });
      const half = Math.floor(value.length / 2);
      const [left, right] = [value.slice(0, half), value.slice(half)];
      const pieces = {
        BASE64: Buffer.from(value).toString('base64'),
        URL: encodeURIComponent(value),
      };
      const command = [
        `test "$(printf %s "$PASSWORD_OF_IT" | wc -c)" -eq ${value.length} && echo it has its length`,
        'printf "raw %s end\\n" "$PASSWORD_OF_IT"',
        'printf "error %s end\\n" "$PASSWORD_OF_IT" >&2',
        `first=$(printf %s "$PASSWORD_OF_IT" | cut -c1-${half}); rest=$(printf %s "$PASSWORD_OF_IT" | cut -c${half + 1}-)`,
        'printf "split %s" "$first"; sleep 0.2; printf "%s end\\n" "$rest"',
        'printf "base64 %s end\\n" "$(printf %s "$PASSWORD_OF_IT" | base64)"',
        `printf "url %s end\\n" "$(printf %s "$PASSWORD_OF_IT" | sed -e 's/%/%25/g; s,/,%2F,g; s/+/%2B/g; s/"/%22/g; s/&/%26/g; s/?/%3F/g')"`,
        `printf "json %s end\\n" "$(printf %s "$PASSWORD_OF_IT" | sed -e 's/"/\\\\"/g')"`,
      ].join('\n');
      const id = await stage.run(admin, { command, secrets: ['s'] });
      await stage.ending(admin, id);
      await stage.ask(admin, 'GET', '/api/v1/executions');
      await keepsQuiet(stage, id, [value, JSON.stringify(value).slice(1, -1), ...Object.values(pieces), left, right]);
    },
  }),
  defineScenario({
    id: 'product.secrets.use',
    level: 'MUST',
    sentence: "A variable of the request goes before a secret's; a run with an unknown secret is refused and names it.",
    why: 'A run would start without its password, or nobody would learn which one was missing.',
    needs: ['output'],
    async play(stage) {
      await stage.prepareImage();
      const { admin } = stage;
      await stage.expect(201, admin, 'POST', '/api/v1/secrets', { name: 'a', key_name: 'FROM_A', value: 'value-of-a' });
      await stage.expect(201, admin, 'POST', '/api/v1/secrets', { name: 'b', key_name: 'FROM_B', value: 'value-of-b' });
      const id = await stage.run(admin, {
        command:
          'test "$FROM_A" = value-of-a && echo A is right; test "$FROM_B" = overridden && echo B is the one given',
        env: { FROM_B: 'overridden' },
        secrets: ['a', 'b', 'a'],
      });
      await stage.ending(admin, id);
      await stage.ask(admin, 'POST', '/api/v1/run', { command: 'true', secrets: ['a', 'missing'] });
      await stage.ask(admin, 'POST', '/api/v1/run', { command: 'true', secrets: ['a', ' '] });
      const viewer = await stage.person('vi', 'viewer');
      await stage.ask(viewer, 'POST', '/api/v1/run', { command: 'true', secrets: ['a'] });
    },
  }),
];

/** Looks through everything that tells of a run. */
async function keepsQuiet(stage: Stage, executionId: string, secrets: readonly string[]): Promise<void> {
  const paths = ['status', 'logs', 'logs?limit=100'].map((path) => `/api/v1/executions/${executionId}/${path}`);
  for (const path of [...paths, '/api/v1/executions', `/api/v1/trace/${executionId}`]) {
    const { text } = await stage.send(stage.admin, 'GET', path);
    for (const secret of secrets) ok(!text.includes(secret), `GET ${path} holds nothing of the secret`);
  }
  const logged = [...stage.logLines(), ...stage.world.logged().map((entry) => JSON.stringify(entry))].join('\n');
  for (const secret of secrets.slice(0, -2))
    ok(!logged.includes(secret), "the server's log holds nothing of the secret");
}
