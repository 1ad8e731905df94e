import { describe, expect, it } from 'vitest';
import { createAccess } from '../../src/access/access.ts';
import { healthReportSchema } from '../../src/api/schemas.ts';
import { createHealth } from '../../src/health/health.ts';
import { createImages } from '../../src/images/images.ts';
import type { ExecutionDocument, TaskSpec, UserDocument } from '../../src/provider.ts';
import { createSecrets } from '../../src/secrets/secrets.ts';
import type { Executions } from '../../src/services.ts';
import { contextOf } from '../support/context.ts';
import { executionOf } from '../support/execution-of.ts';
import { createMemoryProvider, MemoryFailure, type MemoryProviderOptions } from '../support/memory-provider.ts';

const ana = contextOf('ana@example.com', 'admin');
const time = Date.UTC(2026, 0, 1);

async function openHealth(options: MemoryProviderOptions = {}) {
  const now = () => time;
  const provider = createMemoryProvider({ ...options, now });
  const changed: string[] = [];
  let checked = 0;
  const executions = {
    refreshActive: async () => ({ checked: checked + changed.length, changed }),
  } as unknown as Executions;
  const access = await createAccess();
  const health = createHealth({ provider, executions, access, now });
  const addUser = (email: string, fields: Partial<UserDocument> = {}) =>
    provider.store.insert('users', {
      api_key_hash: email,
      user_email: email,
      role: 'admin',
      created_at: 1,
      revoked: false,
      ...fields,
    });
  const start = (execution: ExecutionDocument) =>
    provider.tasks.start({ executionId: execution.execution_id } as TaskSpec);
  return {
    provider,
    store: provider.store,
    control: provider.control,
    changed,
    setChecked: (count: number) => {
      checked = count;
    },
    images: createImages({ provider, now }),
    secrets: createSecrets({ provider, now }),
    addUser,
    start,
    reconcile: async () => {
      const report = await health.reconcile('r');
      // What it gives is what the API promises.
      expect(healthReportSchema.parse(report)).toEqual(report);
      return report;
    },
  };
}

it('finds nothing wrong where nothing is', async () => {
  const { images, secrets, addUser, store, start, reconcile, setChecked } = await openHealth();
  await addUser('ana@example.com');
  await images.register({ image: 'alpine' }, ana);
  await secrets.create({ name: 's', keyName: 'S', value: '' }, ana);
  const running = executionOf('running', { status: 'RUNNING', started_at: time });
  await store.insert('executions', running);
  await start(running);
  setChecked(1);
  expect(await reconcile()).toMatchObject({
    timestamp: '2026-01-01T00:00:00.000Z',
    compute_status: { total_resources: 1, verified_count: 1 },
    secrets_status: { total_secrets: 1, verified_count: 1 },
    identity_status: { default_roles_verified: true },
    authorizer_status: { total_users_checked: 1, total_resources_checked: 3 },
    executions_status: { total_active: 1, repaired_count: 0, orphaned_tasks: [], stuck: [] },
    issues: [],
    reconciled_count: 0,
    error_count: 0,
  });
});

describe('templates', () => {
  it('are made again, and the image follows', async () => {
    const { images, provider, store, reconcile } = await openHealth();
    const { image } = await images.register({ image: 'alpine' }, ana);
    await store.update('images', image.image_id, { set: { template_ref: 'of-another-region' } });
    await provider.tasks.forget(image.template_ref);
    const report = await reconcile();
    expect(report.compute_status).toMatchObject({ total_resources: 1, verified_count: 0, recreated_count: 1 });
    expect(report).toMatchObject({ reconciled_count: 1, error_count: 0 });
    expect(await provider.tasks.templates()).toEqual([image.template_ref]);
    expect((await images.get(image.image_id, ana)).template_ref).toBe(image.template_ref);
    expect((await reconcile()).compute_status).toMatchObject({ verified_count: 1, recreated_count: 0 });
  });

  it('that cannot be made are reported, and hide no other', async () => {
    const { images, provider, control, reconcile } = await openHealth();
    for (const name of ['a', 'b', 'c']) {
      const { image } = await images.register({ image: name }, ana);
      await provider.tasks.forget(image.template_ref);
    }
    control.fail('tasks.prepare', new MemoryFailure('CAPACITY_EXCEEDED'));
    const report = await reconcile();
    expect(report.compute_status.recreated_count).toBe(2);
    expect(report.identity_status.default_roles_verified).toBe(false);
    expect(report.error_count).toBe(1);
    expect(report.issues.filter((issue) => issue.severity === 'error')).toMatchObject([
      { resource_type: 'image', action: 'requires_manual_intervention' },
    ]);
  });

  it('that belong to no image are reported, and left', async () => {
    const { provider, reconcile } = await openHealth();
    const template = { imageId: 'x', image: 'x', cpu: 1, memory: 1, platform: 'Linux/ARM64' };
    const { ref } = await provider.tasks.prepare(template);
    expect((await reconcile()).compute_status).toMatchObject({ orphaned_count: 1, orphaned_resources: [ref] });
    expect(await provider.tasks.templates()).toEqual([ref]);
  });
});

describe('secrets', () => {
  it('without a value, and values without a secret, are reported', async () => {
    const { secrets, provider, reconcile } = await openHealth();
    await secrets.create({ name: 'empty', keyName: 'S', value: 'x' }, ana);
    await provider.secrets.remove('empty');
    await provider.secrets.put('nobody', 'x');
    const report = await reconcile();
    expect(report.secrets_status).toEqual({
      total_secrets: 1,
      verified_count: 0,
      tag_updated_count: 0,
      missing_count: 1,
      orphaned_count: 1,
      orphaned_parameters: ['nobody'],
    });
    expect(report.error_count).toBe(1);
    expect(await provider.secrets.list()).toEqual(['nobody']);
  });

  it('of runs that are over are removed; those of others stay', async () => {
    const { provider, store, reconcile } = await openHealth();
    await store.insert('executions', executionOf('over', { status: 'SUCCEEDED', started_at: time }));
    await store.insert('executions', executionOf('live', { status: 'RUNNING', started_at: time }));
    for (const id of ['over', 'live', 'not-yet']) await provider.secrets.put(`exec/${id}`, '{}');
    const report = await reconcile();
    expect((await provider.secrets.list()).sort()).toEqual(['exec/live', 'exec/not-yet']);
    expect(report.secrets_status.orphaned_count).toBe(0);
    expect(report.reconciled_count).toBe(1);
  });
});

describe('identities', () => {
  it('that images name must exist', async () => {
    const { images, control, reconcile } = await openHealth();
    control.identities.add('task').add('pull');
    await images.register({ image: 'a', taskRole: 'task', executionRole: 'pull' }, ana);
    await images.register({ image: 'b', taskRole: 'task' }, ana);
    control.identities.delete('pull');
    expect((await reconcile()).identity_status).toEqual({
      default_roles_verified: true,
      custom_roles_verified: 1,
      custom_roles_total: 2,
      missing_roles: ['pull'],
    });
  });

  it('are not looked for where there are none', async () => {
    const { control, reconcile } = await openHealth({ capabilities: { identities: { no: 'none' } } });
    await reconcile();
    expect(control.calls['identities.exists']).toBeUndefined();
  });
});

describe('authorisation', () => {
  it('reports users whose role is unknown or missing, and ownership that helps nobody', async () => {
    const { addUser, images, store, secrets, reconcile } = await openHealth({ defaultImage: 'host' });
    await addUser('ana@example.com');
    await addUser('king@example.com', { role: 'king' });
    await addUser('none@example.com', { role: '' });
    await images.resolve(undefined, ana);
    await secrets.create({ name: 'hers', keyName: 'S', value: 'x' }, contextOf('gone@example.com'));
    const { image } = await images.register({ image: 'alpine' }, ana);
    await store.update('images', image.image_id, { set: { owned_by: [] } });
    await store.insert('executions', executionOf('e:1', { started_at: time, created_by: '', owned_by: [] }));
    const report = await reconcile();
    expect(report.authorizer_status).toEqual({
      users_with_invalid_roles: ['king@example.com'],
      users_with_missing_roles: ['none@example.com'],
      resources_with_missing_owners: ['execution:e:1'],
      orphaned_ownerships: ['secret:hers -> gone@example.com'],
      missing_ownerships: [`image:${image.image_id}`],
      total_users_checked: 3,
      total_resources_checked: 3,
    });
    expect(report.issues).toContainEqual(
      expect.objectContaining({ resource_type: 'execution', resource_id: 'e:1', severity: 'warning' }),
    );
  });

  it('does not miss users where there are none at all', async () => {
    const { secrets, reconcile } = await openHealth();
    await secrets.create({ name: 's', keyName: 'S', value: 'x' }, ana);
    expect((await reconcile()).authorizer_status.orphaned_ownerships).toEqual([]);
  });
});

describe('executions', () => {
  it('tells which records were behind', async () => {
    const { changed, setChecked, reconcile } = await openHealth();
    changed.push('e1', 'e2');
    setChecked(3);
    expect(await reconcile()).toMatchObject({
      executions_status: { total_active: 5, repaired_count: 2 },
      reconciled_count: 2,
      error_count: 0,
    });
  });

  it('stops tasks without a record, and those whose record is final', async () => {
    const { provider, store, control, start, reconcile } = await openHealth();
    const over = executionOf('over', { status: 'FAILED', started_at: time });
    const live = executionOf('live', { status: 'RUNNING', started_at: time });
    await store.insert('executions', over);
    await store.insert('executions', live);
    for (const execution of [over, live, executionOf('ghost')]) await start(execution);
    const report = await reconcile();
    expect(report.executions_status.orphaned_tasks.sort()).toEqual(['ghost', 'over']);
    expect(control.stops.sort()).toEqual(['ghost', 'over']);
    expect(await provider.tasks.list()).toMatchObject([{ executionId: 'live' }]);
  });

  it('reports what is long over its time, and could not be stopped', async () => {
    const { store, reconcile } = await openHealth();
    const hours = (count: number) => time - count * 3_600_000;
    await store.insert('executions', executionOf('stuck', { status: 'TERMINATING', started_at: hours(2) }));
    await store.insert(
      'executions',
      executionOf('long', { status: 'RUNNING', started_at: hours(30), running_at: hours(23), timeout_seconds: 86_400 }),
    );
    const report = await reconcile();
    expect(report.executions_status.stuck).toEqual(['stuck']);
    expect(report.error_count).toBe(1);
  });
});

it('hides no check because another one failed', async () => {
  const { control, secrets, provider, reconcile } = await openHealth();
  await secrets.create({ name: 'empty', keyName: 'S', value: 'x' }, ana);
  await provider.secrets.remove('empty');
  control.fail('tasks.templates', new MemoryFailure('THROTTLED'));
  control.fail('tasks.list', new MemoryFailure('PERMISSION_DENIED'));
  const report = await reconcile();
  expect(report.secrets_status.missing_count).toBe(1);
  expect(report.issues.filter((issue) => issue.resource_type === 'health_check')).toMatchObject([
    { resource_id: 'executions', severity: 'error' },
    { resource_id: 'templates', severity: 'error' },
  ]);
  expect(report.error_count).toBe(3);
});
