import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { defineHarness, runSuite } from '@runvoy/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import plugin from '../src/index.ts';
import { findMoto, type Moto, startMoto } from './simulator/moto.ts';
import { createTables } from './support/tables.ts';

const program = findMoto();

/** Slow there, and about nothing that another engine could judge differently. */
const slow = ['store.query.thousand', 'store.query.while-others-write', 'secrets.list.many'];
/** Starts a task, which moto cannot run. */
const skip = [...slow, 'secrets.logs.silent'];
let worlds = 0;

/** A judge whom nobody here has written: where it is installed, the same checks run against it. */
describe.skipIf(program === undefined)('the provider on moto', () => {
  let moto: Moto;
  let endpoint: string;
  beforeAll(async () => {
    moto = await startMoto(program as string);
    endpoint = moto.url;
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const iam = new IAMClient({ endpoint, region: 'eu-west-1', credentials });
    await iam.send(new CreateRoleCommand({ RoleName: 'deployer', AssumeRolePolicyDocument: '{}' }));
    iam.destroy();
  }, 60_000);
  afterAll(() => moto?.stop());

  test.each(['released', 'main'] as const)(
    'store, secrets and identities hold on tables of generation %s',
    async (generation) => {
      const harness = defineHarness({
        plugin,
        parallel: 1,
        identities: { known: 'deployer', unknown: 'no-such-role' },
        async world() {
          const tables = await createTables(generation, { endpoint });
          const settings = { AWS_ENDPOINT_URL: endpoint, RUNVOY_AWS_SECRETS_PREFIX: `/runvoy/world-${worlds++}` };
          return { env: { ...tables.env, ...settings }, teardown: () => tables.drop() };
        },
      });
      const report = await runSuite(harness, { only: ['store', 'secrets', 'identities'], skip });
      const failures = report.results.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id);
      expect(failures).toEqual([]);
      expect(report.results.filter(({ outcome }) => outcome === 'pass').length).toBeGreaterThan(100);
    },
    600_000,
  );
});
