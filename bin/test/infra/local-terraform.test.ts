import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyModule, hasTerraform, startGoogleProvider } from '../../../providers/gcp/test/deploy/terraform.ts';
import { apply } from '../../src/infra/apply.ts';
import { destroy } from '../../src/infra/destroy.ts';
import { plan } from '../../src/infra/plan.ts';
import { status } from '../../src/infra/status.ts';
import { temporaryFolder } from '../support/cli.ts';
import { recordedContext } from './support/recorded-context.ts';

describe.skipIf(!hasTerraform)(
  '--local: an installed Terraform, with a provider that makes nothing',
  { timeout: 120_000 },
  () => {
    let home: ReturnType<typeof temporaryFolder>;
    let provider: Awaited<ReturnType<typeof startGoogleProvider>>;
    let options: { provider: string; local: boolean; yes: boolean; template: string };
    const state = () => join(home.path, 'infra/my-project-1.runvoy-backend/terraform.tfstate');
    const context = () =>
      recordedContext({
        PATH: process.env.PATH,
        HOME: home.path,
        CHECKPOINT_DISABLE: '1',
        RUNVOY_HOME: home.path,
        RUNVOY_GCP_PROJECT_ID: 'my-project-1',
        ...provider.env,
      });

    beforeEach(async () => {
      home = temporaryFolder();
      provider = await startGoogleProvider();
      const template = join(home.path, 'module');
      copyModule(template);
      options = { provider: 'gcp', local: true, yes: true, template };
    });
    afterEach(() => {
      provider?.close();
      home?.remove();
    });

    test('plan, apply, apply again, status, destroy with data kept', async () => {
      const planned = context();
      await plan(planned, options);
      expect(planned.answer).toMatchObject({
        changes: expect.arrayContaining([
          {
            action: 'create',
            resource: 'google_firestore_database.this[0]',
            type: 'google_firestore_database',
            holdsData: true,
          },
        ]),
      });
      expect(existsSync(state())).toBe(false);

      const made = context();
      await apply(made, { ...options, configure: true, parameter: ['image=docker.io/runvoy/runvoy:1'] });
      const endpoint = 'https://runvoy-orchestrator-123456789012.us-central1.run.app';
      expect(made.answer).toMatchObject({ endpoint, outputs: { services: ['runvoy-orchestrator'] } });
      expect(made.said).toContain('google_pubsub_topic.stream["logs"] complete');
      expect(readFileSync(join(home.path, 'config.yaml'), 'utf8')).toContain(`api_endpoint: ${endpoint}`);

      // A plan that nobody applied leaves nothing; an apply keeps the inputs that it is not given.
      await plan(context(), { ...options, parameter: ['image=', 'region=europe-west1'] });
      const again = context();
      await apply(again, options);
      expect(again.answer).toMatchObject({ changes: 0 });

      const seen = context();
      await status(seen, { ...options, drift: true });
      expect(seen.answer).toMatchObject({ state: 'ready', drift: [] });

      const gone = context();
      await destroy(gone, options);
      expect(gone.answer).toEqual({
        destroyed: true,
        kept: [
          'google_firestore_database google_firestore_database/runvoy',
          'google_kms_crypto_key projects/my-project-1/locations/global/keyRings/runvoy/cryptoKeys/secrets',
          'google_kms_key_ring projects/my-project-1/locations/global/keyRings/runvoy',
        ],
      });
      expect(JSON.parse(readFileSync(state(), 'utf8')).resources).toEqual([]);
    });

    test('a wrong input is told in the words of the module', async () => {
      await expect(plan(context(), { ...options, parameter: ['name=Runvoy'] })).rejects.toMatchObject({
        message: expect.stringContaining('lower-case letters'),
      });
    });
  },
);

test('without a terraform on the PATH the remedy is another way', async () => {
  const home = temporaryFolder();
  try {
    const context = recordedContext({
      PATH: '/nonexistent',
      RUNVOY_HOME: home.path,
      RUNVOY_GCP_PROJECT_ID: 'my-project-1',
    });
    await expect(plan(context, { provider: 'gcp', local: true })).rejects.toMatchObject({
      field: '--local',
      remedy: expect.stringContaining('Google runs it'),
    });
  } finally {
    home.remove();
  }
});
