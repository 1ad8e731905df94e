import { JobsClient } from '@google-cloud/run';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { afterEach, describe, expect, it } from 'vitest';
import table from '../../deploy/permissions.json' with { type: 'json' };
import { startSimulator } from '../../simulator/index.ts';
import { clientOptions } from './support/clients.ts';
import { shell } from './support/jobs.ts';
import { simulated } from './support/simulated.ts';

const test = simulated();
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()));
});

/** A client at an address of its own. */
async function as<T extends { close(): Promise<void> }>(
  account: string,
  project: string,
  Client: new (options: ReturnType<typeof clientOptions>) => T,
): Promise<T> {
  const address = await test.cloud.addressOf(`${account}@${project}.iam.gserviceaccount.com`);
  const client = new Client(clientOptions({ ...test.cloud, address }, project));
  opened.push(client);
  return client;
}

const denied = (permission: string) => ({
  code: 7,
  message: expect.stringMatching(
    new RegExp(`Permission '${permission.replaceAll('.', '\\.')}' denied on resource '.+' \\(or it may not exist\\)`),
  ),
});

describe('a service account', () => {
  it('may do what the table grants, and nothing else', async () => {
    const { project } = test.fresh();
    const parent = `projects/${project}`;
    const orchestrator = await as('runvoy-orchestrator', project, SecretManagerServiceClient);
    const processor = await as('runvoy-processor', project, SecretManagerServiceClient);
    const secret = { replication: { automatic: {} } };
    await orchestrator.createSecret({ parent, secretId: 'runvoy-secrets-a', secret });
    const [version] = await orchestrator.addSecretVersion({
      parent: `${parent}/secrets/runvoy-secrets-a`,
      payload: { data: Buffer.from('x') },
    });
    // By the name in the answer, which has the project's number.
    await orchestrator.accessSecretVersion({ name: version.name! });
    await expect(processor.accessSecretVersion({ name: version.name! })).rejects.toMatchObject(
      denied('secretmanager.versions.access'),
    );
    await expect(processor.createSecret({ parent, secretId: 'x', secret })).rejects.toMatchObject(
      denied('secretmanager.secrets.create'),
    );
    await expect(orchestrator.getSecret({ name: `${parent}/secrets/others` })).rejects.toMatchObject(
      denied('secretmanager.secrets.get'),
    );
  });

  it('may run jobs only as the accounts that it may act as', async () => {
    const { project, location } = test.fresh();
    const jobs = await as('runvoy-orchestrator', project, JobsClient);
    const create = (jobId: string, account: string) => {
      const template = { serviceAccount: `${account}@${project}.iam.gserviceaccount.com`, containers: [shell('true')] };
      return jobs.createJob({ parent: location, jobId, job: { template: { template } } });
    };
    await create('runvoy-a', 'runvoy-job');
    await expect(create('runvoy-b', 'runvoy-processor')).rejects.toMatchObject(denied('iam.serviceAccounts.actAs'));
    await expect(jobs.deleteJob({ name: `${location}/jobs/somebodys` })).rejects.toMatchObject(
      denied('run.jobs.delete'),
    );
    const job = `${location}/jobs/runvoy-a`;
    await jobs.runJob({ name: job, overrides: { containerOverrides: [{ args: ['true'] }] } });
    const processor = await as('runvoy-processor', project, JobsClient);
    await expect(processor.runJob({ name: job })).rejects.toMatchObject(denied('run.jobs.run'));
  });

  it('that nobody knows, or of another project, may do nothing', async () => {
    const [mine, other] = [test.fresh(), test.fresh()];
    const parent = `projects/${mine.project}`;
    const stranger = await as('somebody', mine.project, SecretManagerServiceClient);
    await expect(stranger.listSecrets({ parent })).rejects.toMatchObject(denied('secretmanager.secrets.list'));
    const foreign = await as('runvoy-orchestrator', other.project, SecretManagerServiceClient);
    await expect(foreign.listSecrets({ parent })).rejects.toMatchObject(denied('secretmanager.secrets.list'));
  });

  it('of the one service for everything may do what its parts may', async () => {
    const { project } = test.fresh();
    const all = await as('runvoy', project, SecretManagerServiceClient);
    await all.createSecret({
      parent: `projects/${project}`,
      secretId: 'runvoy-x',
      secret: { replication: { automatic: {} } },
    });
  });

  it('can be named by a token instead, and a token can be required', async () => {
    const { project } = test.fresh();
    const ask = (headers: Record<string, string>) =>
      fetch(`http://${test.cloud.address}/v1/projects/${project}/secrets`, { headers }).then(async (response) => ({
        status: response.status,
        body: (await response.json()) as { error?: { status: string } },
      }));
    const bearer = (account: string) => ({ authorization: `Bearer sa:${account}@${project}.iam.gserviceaccount.com` });
    expect((await ask({})).status).toBe(200);
    expect((await ask(bearer('runvoy-processor'))).status).toBe(200);
    expect(await ask(bearer('runvoy-job'))).toMatchObject({
      status: 403,
      body: { error: { status: 'PERMISSION_DENIED' } },
    });
    test.cloud.knobs.authentication = 'required';
    expect(await ask({})).toMatchObject({ status: 401, body: { error: { status: 'UNAUTHENTICATED' } } });
    expect((await ask(bearer('runvoy-processor'))).status).toBe(200);
    test.cloud.knobs.authentication = 'optional';
  });
});

describe('the table', () => {
  it('has a role and a reason for every grant, and names no permission twice on the same resource', () => {
    for (const [account, { grants }] of Object.entries(table.accounts)) {
      const seen = new Set<string>();
      for (const { permissions, resources, role, reason } of grants) {
        expect(role).toMatch(/^(roles|projects\/\{project\}\/roles)\/[A-Za-z.]+$/);
        expect(reason.length).toBeGreaterThan(10);
        for (const permission of permissions)
          for (const resource of resources) {
            expect(resource).toMatch(/^projects\/\{project\}/);
            expect(seen, `${account}: ${permission} on ${resource}`).not.toContain(`${permission} ${resource}`);
            seen.add(`${permission} ${resource}`);
          }
      }
    }
  });

  it('lets the command of a run read no secret but ephemeral ones', () => {
    const { grants } = table.accounts['runvoy-job'];
    expect(grants.map(({ permissions, resources }) => ({ permissions, resources }))).toEqual([
      { permissions: ['secretmanager.versions.access'], resources: ['projects/{project}/secrets/runvoy-exec-**'] },
    ]);
  });

  it('is told apart from what is needed', async () => {
    const grant = { role: 'roles/x', reason: 'for the test' };
    await using cloud = await startSimulator({
      permissions: {
        accounts: {
          one: {
            purpose: 'a test',
            grants: [
              {
                permissions: ['secretmanager.secrets.list', 'run.jobs.run'],
                resources: ['projects/{project}*'],
                ...grant,
              },
            ],
          },
        },
      },
    });
    const address = await cloud.addressOf('one@test-project.iam.gserviceaccount.com');
    expect(cloud.unusedGrants()).toHaveLength(2);
    expect((await fetch(`http://${address}/v1/projects/test-project/secrets`)).status).toBe(200);
    expect(cloud.unusedGrants()).toEqual([
      { account: 'one', permission: 'run.jobs.run', resources: ['projects/{project}*'] },
    ]);
  });
});
