import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Applied, hasTerraform, moduleFolder, openModule } from './terraform.ts';

interface Table {
  accounts: Record<string, { grants: { permissions: string[] }[] }>;
}

const { accounts } = JSON.parse(readFileSync(join(moduleFolder, 'permissions.json'), 'utf8')) as Table;

/** Bound by predefined roles of one permission that matters, on the resource itself. */
const predefined: Record<string, string> = {
  'roles/iam.serviceAccountUser': 'iam.serviceAccounts.actAs',
  'roles/run.invoker': 'run.routes.invoke',
};
/** Not in the table: what Firestore's documentation says of transactions, which the emulator cannot show. */
const besides = (role: string) => (role === 'push' || role === 'job' ? [] : ['datastore.databases.get']);

/** Which permissions the members have, wherever they are bound. */
function granted({ resources }: Applied): Record<string, Set<string>> {
  const roles = new Map(
    resources
      .filter(({ type }) => type === 'google_project_iam_custom_role')
      .map(({ values }) => [`projects/my-project-1/roles/${values.role_id}`, values.permissions as string[]]),
  );
  const result: Record<string, Set<string>> = {};
  for (const { type, values } of resources) {
    const [, account] = /^serviceAccount:runvoy-(\w+)@/.exec(values.member ?? '') ?? [];
    if (!type.endsWith('_iam_member') || account === undefined) continue;
    const permissions = roles.get(values.role) ?? [predefined[values.role]];
    result[account] = new Set([...(result[account] ?? []), ...permissions.map(String)]);
  }
  return result;
}

test.skipIf(!hasTerraform)(
  'each account may call what the table says that its code calls, and nothing else',
  async () => {
    await using module = await openModule();
    const found = granted(
      await module.apply({ image: 'docker.io/runvoy/runvoy:1', split_services: true, metrics: true }),
    );
    for (const role of ['orchestrator', 'processor', 'push', 'job']) {
      const tabled = accounts[`runvoy-${role}`]!.grants.flatMap(({ permissions }) => permissions);
      expect([role, ...(found[role] ?? [])].sort()).toEqual([role, ...new Set([...tabled, ...besides(role)])].sort());
    }
  },
);

test.skipIf(!hasTerraform)('what can be narrowed is narrowed', { timeout: 120_000 }, async () => {
  await using module = await openModule();
  const { resources } = await module.apply({ image: 'docker.io/runvoy/runvoy:1', split_services: true });
  const conditions = resources
    .filter(({ type }) => type === 'google_project_iam_member')
    .map(({ values }) => [values.role.replace(/.*\/runvoy_/, ''), values.condition[0]?.expression]);
  const secrets = 'resource.name.startsWith("projects/123456789012/secrets/runvoy-")';
  const runs = 'resource.name.startsWith("projects/123456789012/secrets/runvoy-exec-")';
  const database = 'resource.name == "projects/my-project-1/databases/runvoy"';
  expect(Object.fromEntries(conditions)).toEqual({
    orchestrator_project: undefined,
    orchestrator_secrets: secrets,
    orchestrator_database: database,
    processor_project: undefined,
    processor_secrets: secrets,
    processor_database: database,
    // To mask what the secrets of a run are.
    processor_runs: runs,
    job_runs: runs,
  });
  const onProject = resources
    .filter(({ type, values }) => type === 'google_project_iam_custom_role' && values.role_id.endsWith('_project'))
    .flatMap(({ values }) => values.permissions as string[]);
  // Values of secrets, policies and identities are never the whole project's.
  expect(onProject.filter((permission) => /versions|setIamPolicy|actAs|datastore/.test(permission))).toEqual([]);
});
