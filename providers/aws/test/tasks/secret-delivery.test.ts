import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientsFor } from '../simulator/clients.ts';
import { additionalGrants, deployedGrants } from '../support/grants.ts';
import { deployLambdas, image, until } from '../support/lambda-deployment.ts';

/** AWS's own command line, if this machine has it; else the sidecar has the simulator's. */
const awsFolder = (process.env.PATH ?? '').split(delimiter).find((folder) => existsSync(join(folder, 'aws')));
const sidecar = 'public.ecr.aws/docker/library/alpine:latest';
const withRealAws = [dirname(process.execPath), awsFolder, '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':');

const values: Record<string, string> = {
  plain: 'hunter2hunter2',
  quotes: `'"\`\\ $HOME $(id)`,
  lines: '-----BEGIN-----\nabc\n\n-----END-----\n',
  unicode: 'é 👩‍👩‍👧 \u0001\u001f',
};
const large = 'k'.repeat(32 * 1024);

const ways = [
  {
    delivery: 'parameter',
    grants: [...deployedGrants, ...additionalGrants],
    secrets: { ...values, large },
    shown: false,
    ...(awsFolder && { knobs: { images: { [sidecar]: { environment: { PATH: withRealAws } } } } }),
  },
  { delivery: 'env', grants: deployedGrants, secrets: values, shown: true },
];

describe.each(ways)('secrets of a run by $delivery', ({ delivery, secrets, shown, ...options }) => {
  let deployment: Awaited<ReturnType<typeof deployLambdas>>;
  beforeAll(async () => {
    deployment = await deployLambdas({ ...options, settings: { RUNVOY_AWS_SECRET_DELIVERY: delivery } });
    await deployment.ask('POST', '/images/register', { image, is_default: true });
    for (const [name, value] of Object.entries({ ...secrets, large }))
      await deployment.ask('POST', '/secrets', { name, key_name: name.toUpperCase(), value });
  });
  afterAll(() => deployment?.close());

  test(`every value arrives exactly, and is ${shown ? '' : 'not '}in what ECS says of the task`, async () => {
    const names = Object.keys(secrets);
    // A digest, because the values themselves are masked, in hexadecimal too.
    const command = names.map((name) => `printf %s "$${name.toUpperCase()}" | sha256sum | cut -c1-64`).join('\n');
    const { json } = await deployment.ask('POST', '/run', { command, secrets: names });
    const final = await until(async () => {
      const { json: seen } = await deployment.ask('GET', `/executions/${json.execution_id}/status`);
      return ['SUCCEEDED', 'FAILED', 'STOPPED'].includes(seen.status) && seen;
    });
    const { json: log } = await deployment.ask('GET', `/executions/${json.execution_id}/logs`);
    expect(final.status).toBe('SUCCEEDED');
    expect(log.events.map(({ message }: { message: string }) => message)).toEqual(
      Object.values(secrets).map((value) => hash('sha256', value, 'hex')),
    );
    const { ecs } = clientsFor(deployment.cloud, 'administrator');
    const { cluster } = deployment.cloud.names;
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' }));
    const described = JSON.stringify((await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }))).tasks);
    const found = Object.values(secrets).map((value) =>
      described.includes(JSON.stringify(value).slice(1, -1).slice(0, 20)),
    );
    expect(found).toEqual(names.map(() => shown));
  }, 60_000);

  if (!shown) return;
  test('a value that is too large for that is refused, with what to do', async () => {
    const { status, json } = await deployment.ask('POST', '/run', { command: 'true', secrets: ['large'] });
    expect([status, json.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(JSON.stringify(json)).toContain('RUNVOY_AWS_SECRET_DELIVERY=parameter');
  });
});
