import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Generation } from '../../simulator/dynamodb/layout.ts';
import { clientsFor } from '../simulator/clients.ts';
import { deployLambdas, until } from '../support/lambda-deployment.ts';
import { oldSchema, problemsOf } from './old-schema.ts';
import { upstreamRows } from './upstream-rows.ts';

const succeeded = '0123456789abcdef0123456789abcdef';
const running = 'fedcba9876543210fedcba9876543210';

/** The two functions in the place of upstream's, with its roles, on what it has left. */
describe.each<Generation>(['released', 'main'])('the product on a deployment of generation %s', (generation) => {
  let deployment: Awaited<ReturnType<typeof deployLambdas>>;
  let env: Record<string, string>;
  let clients: ReturnType<typeof clientsFor>;
  const tableOf = (variable: string) => env[`RUNVOY_AWS_${variable}`] as string;
  beforeAll(async () => {
    deployment = await deployLambdas({ generation });
    env = deployment.cloud.envOf('administrator');
    clients = clientsFor(deployment.cloud, 'administrator');
    deployment.cloud.addRole('my-task');
    deployment.cloud.addRole('my-exec', [{ actions: ['logs:*'], resources: ['*'], reason: 'the log driver' }]);
    for (const [variable, rows] of Object.entries(upstreamRows(generation)))
      for (const Item of rows) await clients.dynamo.send(new PutItemCommand({ TableName: tableOf(variable), Item }));
    const Name = `${env.RUNVOY_AWS_SECRETS_PREFIX}/db-password`;
    await clients.ssm.send(new PutParameterCommand({ Name, Value: 'hunter2hunter2', Type: 'SecureString' }));
  });
  afterAll(() => deployment?.close());

  const get = async (path: string) => (await deployment.ask('GET', path)).json;
  const ended = (id: string) =>
    until(async () => {
      const seen = await get(`/executions/${id}/status`);
      return ['SUCCEEDED', 'FAILED', 'STOPPED'].includes(seen.status) && seen;
    });

  test('shows users, images, secrets and history', async () => {
    const emails = (await get('/users')).users.map(({ email }: { email: string }) => email);
    expect(emails).toEqual(['admin@example.com', 'ana@example.com', 'bo@example.com']);
    expect((await get('/images')).images).toContainEqual(
      expect.objectContaining({ image_id: 'hashicorp/terraform:1.6-ce72b859', cpu: 1024 }),
    );
    expect(await get('/secrets/db-password')).toMatchObject({ secret: { value: 'hunter2hunter2' } });
    const ids = (await get('/executions')).map((execution: { execution_id: string }) => execution.execution_id);
    expect(ids.slice(0, 2)).toEqual([running, succeeded]);
    // ECS has forgotten the task of what the old server left running.
    expect(await get(`/executions/${running}/status`)).toMatchObject({ status: 'FAILED', reason: 'lost' });
  });

  test('runs commands in an image of upstream’s, with a secret of its own', async () => {
    const { status, json } = await deployment.ask('POST', '/run', {
      command: 'echo "<$DB_PASSWORD>"; exit 3',
      image: 'hashicorp/terraform:1.6',
      secrets: ['db-password'],
    });
    expect([status, json]).toEqual([202, expect.objectContaining({ image_id: 'hashicorp/terraform:1.6-ce72b859' })]);
    expect(await ended(json.execution_id)).toMatchObject({ status: 'FAILED', exit_code: 3, reason: 'exited' });
    const { events } = await get(`/executions/${json.execution_id}/logs`);
    expect(events.map(({ message }: { message: string }) => message)).toEqual(['<***>']);
  }, 30_000);

  test('writes nothing that the old servers could not read', async () => {
    const asked = [
      await deployment.ask('POST', '/users/create', { email: 'dan@example.com', role: 'developer' }),
      await deployment.ask('POST', '/users/revoke', { email: 'ana@example.com' }),
      await deployment.ask('POST', '/images/register', { image: 'alpine:3', is_default: true }),
      await deployment.ask('POST', '/secrets', { name: 'new', key_name: 'NEW', value: 'x'.repeat(10_000) }),
      await deployment.ask('PUT', '/secrets/db-password', { description: 'of the database', value: 'changed-since' }),
      await deployment.ask('POST', '/health/reconcile'),
    ];
    expect(asked.map(({ status }) => status)).toEqual([201, 200, 201, 201, 200, 200]);
    const { json } = await deployment.ask('POST', '/run', { command: `sleep 300; : ${'y'.repeat(4000)}` });
    expect((await deployment.ask('DELETE', `/executions/${json.execution_id}`)).status).toBe(200);
    await ended(json.execution_id);
    const problems: string[] = [];
    const counts: Record<string, number> = {};
    for (const variable of Object.keys(oldSchema)) {
      const { Items = [] } = await clients.dynamo.send(new ScanCommand({ TableName: tableOf(variable) }));
      counts[variable] = Items.length;
      problems.push(...Items.flatMap((row) => problemsOf(variable, row)));
    }
    expect(problems).toEqual([]);
    expect(counts).toMatchObject({ API_KEYS_TABLE: 5, PENDING_API_KEYS_TABLE: 2, SECRETS_METADATA_TABLE: 2 });
  }, 30_000);
});
