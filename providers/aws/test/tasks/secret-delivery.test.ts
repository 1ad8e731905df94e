import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { DescribeTasksCommand, ECSClient, ListTasksCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { additionalGrants, deployedGrants } from '../support/grants.ts';
import { deployLambdas, image, until } from '../support/lambda-deployment.ts';

const awsFolder = (process.env.PATH ?? '').split(delimiter).find((folder) => existsSync(join(folder, 'aws')));
const sidecar = 'public.ecr.aws/docker/library/alpine:latest';

const values: Record<string, string> = {
  plain: 'hunter2hunter2',
  quotes: `'"\`\\ $HOME $(id)`,
  lines: '-----BEGIN-----\nabc\n\n-----END-----\n',
  unicode: 'é 👩‍👩‍👧 \u0001\u001f',
  large: 'k'.repeat(32 * 1024),
};

/** Without AWS's command line there is nothing that the sidecar could read parameters with. */
describe.skipIf(awsFolder === undefined)('delivery of secrets by parameter', () => {
  let deployment: Awaited<ReturnType<typeof deployLambdas>>;
  beforeAll(async () => {
    const path = [dirname(process.execPath), awsFolder, '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':');
    deployment = await deployLambdas({
      grants: [...deployedGrants, ...additionalGrants],
      knobs: { images: { [sidecar]: { environment: { PATH: path } } } },
      settings: { RUNVOY_AWS_SECRET_DELIVERY: 'parameter' },
    });
    await deployment.ask('POST', '/images/register', { image, is_default: true });
    for (const [name, value] of Object.entries(values))
      await deployment.ask('POST', '/secrets', { name, key_name: name.toUpperCase(), value });
  });
  afterAll(() => deployment?.close());

  test('every value arrives exactly, and none is in what ECS says of the task', async () => {
    const names = Object.keys(values);
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
      names.map((name) => hash('sha256', values[name]!, 'hex')),
    );
    const env = deployment.cloud.envOf('administrator');
    const ecs = new ECSClient({
      region: env.AWS_REGION as string,
      endpoint: env.AWS_ENDPOINT_URL as string,
      credentials: {
        accessKeyId: env.AWS_ACCESS_KEY_ID as string,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY as string,
      },
    });
    const cluster = env.RUNVOY_AWS_ECS_CLUSTER as string;
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' }));
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
    ecs.destroy();
    const described = JSON.stringify(tasks);
    expect(described).toContain('RUNVOY_SECRETS');
    for (const value of Object.values(values))
      expect(described).not.toContain(JSON.stringify(value).slice(1, -1).slice(0, 20));
  }, 60_000);
});
