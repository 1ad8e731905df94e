import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { awsRegion } from '../../src/infra/aws/aws-region.ts';
import { googlePlace } from '../../src/infra/gcp/google-place.ts';
import { temporaryFolder } from '../support/cli.ts';

let home: ReturnType<typeof temporaryFolder>;
const env = (more: Record<string, string> = {}) => ({ HOME: home.path, ...more });
function write(path: string, ...lines: string[]): string {
  const target = join(home.path, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, lines.join('\r\n'));
  return target;
}

beforeEach(() => {
  home = temporaryFolder();
});
afterEach(() => home.remove());

describe('the region of AWS', () => {
  beforeEach(() => {
    write(
      '.aws/config',
      '# of this user',
      '[default]',
      'region = eu-west-1',
      's3 =',
      '  region = nowhere',
      '[profile work]',
      'region=eu-north-1',
      '[profile empty]',
      'output = json',
    );
  });

  test.each([
    ['--region', 'us-east-1', { AWS_REGION: 'us-east-2' }, 'us-east-1'],
    ['AWS_REGION', undefined, { AWS_REGION: 'us-east-2', AWS_DEFAULT_REGION: 'us-west-1' }, 'us-east-2'],
    ['AWS_DEFAULT_REGION', undefined, { AWS_DEFAULT_REGION: 'us-west-1', AWS_PROFILE: 'work' }, 'us-west-1'],
    ['the default profile', undefined, {}, 'eu-west-1'],
    ['a profile', undefined, { AWS_PROFILE: 'work' }, 'eu-north-1'],
  ])('from %s', (_name, given, more, region) => {
    expect(awsRegion(given, env(more))).toBe(region);
  });

  test('from the file of credentials, as the SDK reads it, and from files elsewhere', () => {
    write('.aws/credentials', '[default]', 'region = ap-south-1');
    expect(awsRegion(undefined, env())).toBe('ap-south-1');
    const elsewhere = write('elsewhere', '[profile default]', 'region = sa-east-1');
    expect(awsRegion(undefined, env({ AWS_CONFIG_FILE: elsewhere, AWS_SHARED_CREDENTIALS_FILE: '/nowhere' }))).toBe(
      'sa-east-1',
    );
  });

  test('from nowhere: every place is named', () => {
    expect(() => awsRegion(undefined, env({ AWS_PROFILE: 'empty' }))).toThrow(
      `neither by --region, AWS_REGION or AWS_DEFAULT_REGION, nor for the profile empty in ${home.path}/.aws/config or ${home.path}/.aws/credentials`,
    );
  });
});

describe('project and region of Google Cloud', () => {
  const nothing = { project: undefined, region: undefined };

  test.each([
    ['options', { project: 'given', region: 'europe-west1' }, { RUNVOY_GCP_PROJECT_ID: 'ours' }, 'given europe-west1'],
    ['our settings', nothing, { RUNVOY_GCP_PROJECT_ID: 'ours', GOOGLE_CLOUD_PROJECT: 'sdk' }, 'ours us-central1'],
    ['Google’s', nothing, { GOOGLE_CLOUD_PROJECT: 'sdk', CLOUDSDK_CORE_PROJECT: 'gcloud' }, 'sdk us-central1'],
    [
      'gcloud’s',
      nothing,
      { CLOUDSDK_CORE_PROJECT: 'gcloud', CLOUDSDK_RUN_REGION: 'europe-west4' },
      'gcloud europe-west4',
    ],
  ])('from %s', (_name, given, more, expected) => {
    const { project, region } = googlePlace(given, env(more));
    expect(`${project} ${region}`).toBe(expected);
  });

  test('from the configuration of gcloud that is active', () => {
    const folder = '.config/gcloud';
    write(`${folder}/configurations/config_default`, '[core]', 'account = ana@example.com', 'project = first-1');
    expect(googlePlace(nothing, env())).toEqual({ project: 'first-1', region: 'us-central1' });
    write(`${folder}/active_config`, 'work');
    write(`${folder}/configurations/config_work`, '[core]', 'project = work-1', '[compute]', 'region = europe-west3');
    expect(googlePlace(nothing, env())).toEqual({ project: 'work-1', region: 'europe-west3' });
    expect(googlePlace(nothing, env({ CLOUDSDK_ACTIVE_CONFIG_NAME: 'default' })).project).toBe('first-1');
    expect(() => googlePlace(nothing, env({ CLOUDSDK_CONFIG: '/nowhere' }))).toThrow(
      'neither by --parameter project_id=…, RUNVOY_GCP_PROJECT_ID, GOOGLE_CLOUD_PROJECT or CLOUDSDK_CORE_PROJECT, nor in /nowhere/configurations/config_default',
    );
  });
});
