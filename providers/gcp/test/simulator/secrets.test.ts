import { describe, expect, it } from 'vitest';
import { startSimulator } from '../../simulator/index.ts';
import { Clients } from './support/clients.ts';
import { simulated } from './support/simulated.ts';

const test = simulated();

const automatic = { replication: { automatic: {} } };

async function made(clients: Clients, secretId: string, secret: object = {}): Promise<string> {
  const parent = `projects/${clients.project}`;
  const [created] = await clients.secrets.createSecret({ parent, secretId, secret: { ...automatic, ...secret } });
  return created.name!;
}

const add = async (clients: Clients, parent: string, text: string) =>
  (await clients.secrets.addSecretVersion({ parent, payload: { data: Buffer.from(text) } }))[0];

const read = async (clients: Clients, name: string) =>
  (await clients.secrets.accessSecretVersion({ name }))[0].payload!.data!.toString();

describe('a secret', () => {
  it('has versions from 1 on, the newest of which is the latest', async () => {
    const clients = test.fresh();
    const name = await made(clients, 'one');
    await expect(read(clients, `${name}/versions/latest`)).rejects.toMatchObject({ code: 5 });
    expect((await add(clients, name, 'first')).name).toBe(`${name}/versions/1`);
    const second = await add(clients, name, 'second ✓');
    expect(second).toMatchObject({ name: `${name}/versions/2`, state: 'ENABLED' });
    expect(await read(clients, `${name}/versions/latest`)).toBe('second ✓');
    expect(await read(clients, `projects/${clients.project}/secrets/one/versions/1`)).toBe('first');
    const [versions] = await clients.secrets.listSecretVersions({ parent: name });
    expect(versions.map((version) => version.name)).toEqual([`${name}/versions/2`, `${name}/versions/1`]);
  });

  it('is named by the number of its project, whatever it was asked by', async () => {
    const clients = test.fresh();
    expect(await made(clients, 'one')).toBe(`projects/${test.cloud.project(clients.project).number}/secrets/one`);
  });

  it('has versions that can be disabled, enabled, and destroyed for good', async () => {
    const clients = test.fresh();
    const secret = await made(clients, 'one');
    const { name, etag } = await add(clients, secret, 'value');
    await clients.secrets.disableSecretVersion({ name: name! });
    await expect(read(clients, name!)).rejects.toMatchObject({
      code: 9,
      message: expect.stringContaining('is in DISABLED state'),
    });
    await clients.secrets.enableSecretVersion({ name: name! });
    expect(await read(clients, name!)).toBe('value');
    await expect(clients.secrets.destroySecretVersion({ name: name!, etag: etag! })).rejects.toMatchObject({ code: 9 });
    const [destroyed] = await clients.secrets.destroySecretVersion({ name: name! });
    expect(destroyed).toMatchObject({ state: 'DESTROYED', destroyTime: expect.anything() });
    await expect(read(clients, `${secret}/versions/latest`)).rejects.toMatchObject({ code: 9 });
    await expect(clients.secrets.enableSecretVersion({ name: name! })).rejects.toMatchObject({ code: 9 });
  });

  it('is made once, changed by mask and etag, listed by label, and deleted', async () => {
    const clients = test.fresh();
    const name = await made(clients, 'one', { labels: { runvoy: 'demo' }, annotations: { 'runvoy-name': 'a/b c' } });
    await made(clients, 'other');
    await expect(made(clients, 'one')).rejects.toMatchObject({ code: 6 });
    const list = async (filter: string) =>
      (await clients.secrets.listSecrets({ parent: `projects/${clients.project}`, filter }))[0].map(
        (each) => each.name,
      );
    expect(await list('labels.runvoy=demo')).toEqual([name]);
    expect(await list('')).toHaveLength(2);
    await expect(list('createTime>x')).rejects.toMatchObject({ code: 3 });

    const [secret] = await clients.secrets.getSecret({ name });
    const update = (etag: string) =>
      clients.secrets.updateSecret({
        secret: { name, etag, labels: { runvoy: 'new' } },
        updateMask: { paths: ['labels'] },
      });
    const [updated] = await update(secret.etag!);
    expect(updated).toMatchObject({ labels: { runvoy: 'new' }, annotations: { 'runvoy-name': 'a/b c' } });
    await expect(update(secret.etag!)).rejects.toMatchObject({ code: 9 });
    await expect(clients.secrets.deleteSecret({ name, etag: secret.etag! })).rejects.toMatchObject({ code: 9 });
    await clients.secrets.deleteSecret({ name });
    await expect(clients.secrets.getSecret({ name })).rejects.toMatchObject({ code: 5 });
  });

  it('is nothing of another project', async () => {
    const [mine, other] = [test.fresh(), test.fresh()];
    await made(mine, 'one');
    await expect(other.secrets.getSecret({ name: `projects/${other.project}/secrets/one` })).rejects.toMatchObject({
      code: 5,
    });
  });

  it('expires at its time, and its versions are destroyed with delay', async () => {
    let now = Date.UTC(2026, 0, 1);
    await using cloud = await startSimulator({ now: () => now });
    const clients = new Clients(cloud, 'test-project');
    const short = await made(clients, 'short', { ttl: { seconds: 3600 } });
    expect((await clients.secrets.getSecret({ name: short }))[0].expireTime).toMatchObject({
      seconds: String(now / 1000 + 3600),
    });
    const delayed = await made(clients, 'delayed', { versionDestroyTtl: { seconds: 86_400 } });
    const { name } = await add(clients, delayed, 'value');
    const [scheduled] = await clients.secrets.destroySecretVersion({ name: name! });
    expect(scheduled).toMatchObject({ state: 'DISABLED', scheduledDestroyTime: expect.anything() });
    now += 3_600_001;
    await expect(clients.secrets.getSecret({ name: short })).rejects.toMatchObject({ code: 5 });
    expect((await clients.secrets.getSecretVersion({ name: name! }))[0].state).toBe('DISABLED');
    now += 86_400_001;
    expect((await clients.secrets.getSecretVersion({ name: name! }))[0].state).toBe('DESTROYED');
    await clients.close();
  });

  it('is encrypted with a key that is in the right place, and that Secret Manager may use', async () => {
    const clients = test.fresh();
    const project = test.cloud.project(clients.project);
    const key = `projects/${clients.project}/locations/global/keyRings/runvoy/cryptoKeys/secrets`;
    const encrypted = (kmsKeyName: string) => ({
      replication: { automatic: { customerManagedEncryption: { kmsKeyName } } },
    });
    await expect(made(clients, 'a', encrypted(key.replace('global', 'us-central1')))).rejects.toMatchObject({
      code: 3,
    });
    await expect(made(clients, 'a', encrypted(key))).rejects.toMatchObject({ code: 9 });
    project.kms.create(key);
    await expect(made(clients, 'a', encrypted(key))).rejects.toMatchObject({ code: 9 });
    const agent = `serviceAccount:service-${project.number}@gcp-sa-secretmanager.iam.gserviceaccount.com`;
    project.policies.grant(key, 'roles/cloudkms.cryptoKeyEncrypterDecrypter', agent);
    const name = await made(clients, 'a', encrypted(key));
    const version = await add(clients, name, 'value');
    expect(version.replicationStatus?.automatic?.customerManagedEncryption?.kmsKeyVersionName).toBe(
      `${key}/cryptoKeyVersions/1`,
    );
    expect(await read(clients, version.name!)).toBe('value');
    project.kms.disable(key);
    await expect(read(clients, version.name!)).rejects.toMatchObject({ code: 9 });
  });
});

describe('what the real service refuses', () => {
  it.each([
    ['an id with a slash', 'a/b', {}],
    ['an id of 256 characters', 'x'.repeat(256), {}],
    ['no replication', 'one', { replication: null }],
    ['a label key with capitals', 'one', { labels: { Runvoy: 'x' } }],
    ['a label value with a dot', 'one', { labels: { runvoy: 'a.b' } }],
    ['65 labels', 'one', { labels: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`l${at}`, ''])) }],
    ['16 KiB of annotations', 'one', { annotations: { a: 'x'.repeat(16 * 1024) } }],
    ['an expiry in the past', 'one', { expireTime: { seconds: 1 } }],
  ])('%s', async (_what, secretId, secret) => {
    await expect(made(test.fresh(), secretId, secret)).rejects.toMatchObject({ code: 3 });
  });

  it('a payload of 64 KiB and a byte, an empty one, and one that was corrupted', async () => {
    const clients = test.fresh();
    const parent = await made(clients, 'one');
    const data = Buffer.alloc(64 * 1024, 'x');
    await clients.secrets.addSecretVersion({ parent, payload: { data } });
    for (const payload of [
      { data: Buffer.alloc(64 * 1024 + 1, 'x') },
      { data: Buffer.alloc(0) },
      { data, dataCrc32c: 1 },
    ])
      await expect(clients.secrets.addSecretVersion({ parent, payload })).rejects.toMatchObject({ code: 3 });
    // The checksum of RFC 3720, appendix B.4.
    const [checked] = await clients.secrets.addSecretVersion({
      parent,
      payload: { data: Buffer.alloc(32), dataCrc32c: 0x8a9136aa },
    });
    expect(checked.clientSpecifiedPayloadChecksum).toBe(true);
  });
});
