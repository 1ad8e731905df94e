import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkTerraform } from './check-terraform.ts';
import { moduleFolder, schema } from './terraform.ts';

function filesOf(folder: string): Record<string, string> {
  const names = globSync('*.tf', { cwd: folder });
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const files = filesOf(moduleFolder);

test('the module uses only what the provider has, and only what it declares', async () => {
  expect(Object.keys(files).length).toBeGreaterThan(10);
  expect(await checkTerraform(files, schema)).toEqual([]);
});

describe('a planted mistake is found', () => {
  test.each([
    [
      'events.tf',
      'resource "google_pubsub_topic" "dead_letter"',
      'resource "google_pubsub_topik" "dead_letter"',
      'there is no resource google_pubsub_topik',
    ],
    ['events.tf', 'ack_deadline_seconds', 'ack_deadline_second', 'there is no ack_deadline_second'],
    ['events.tf', 'oidc_token {', 'oidc_tokens {', 'there is no oidc_tokens'],
    ['events.tf', 'minimum_backoff', 'minimal_backoff', 'there is no minimal_backoff'],
    ['services.tf', 'max_instance_count', 'maximum_instance_count', 'there is no maximum_instance_count'],
    ['firestore.tf', 'dynamic "ttl_config"', 'dynamic "ttl_configuration"', 'there is no ttl_configuration'],
    ['firestore.tf', '  type        = "FIRESTORE_NATIVE"\n', '', 'type is required'],
    ['kms.tf', 'var.encrypt_secrets && var', 'var.encrypt_secret && var', 'var.encrypt_secret is not declared'],
    ['accounts.tf', 'local.agents.pubsub', 'local.agent.pubsub', 'local.agent is not declared'],
    ['events.tf', '.writer_identity', '.writer_identities', 'there is no attribute writer_identities'],
    [
      'services.tf',
      'google_service_account.this[each.value.account].email',
      'google_service_account.these[each.value.account].email',
      'google_service_account.these is not declared',
    ],
    ['main.tf', 'data "google_project" "this"', 'data "google_projekt" "this"', 'there is no data google_projekt'],
    ['main.tf', 'labels   = merge', 'lables   = merge', 'local.lables is declared and never used'],
    [
      'registry.tf',
      'labels        = local.labels',
      'terraform_labels = local.labels',
      'terraform_labels is said by the provider',
    ],
  ])('%s: %s', async (file, right, wrong, problem) => {
    const text = files[file]!;
    expect(text).toContain(right);
    const problems = await checkTerraform({ ...files, [file]: text.replace(right, wrong) }, schema);
    expect(problems.join('\n')).toContain(problem);
  });
});
