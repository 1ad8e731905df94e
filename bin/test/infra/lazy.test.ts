import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Says each module that is loaded. */
const hook = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { process._rawDebug(url); return next(url, context); } });`;

function loadedBy(...words: string[]): string {
  const importHook = `--import=data:text/javascript,${encodeURIComponent(hook)}`;
  return spawnSync(process.execPath, ['--conditions=source', importHook, main, ...words], { encoding: 'utf8' }).stderr;
}

test('what puts runvoy into a cloud is loaded by nothing else, and libraries only by the cloud that needs them', () => {
  const help = loadedBy('infra', '--help');
  expect(help).toContain('/program/infra-commands.ts');
  expect(help).not.toMatch(/\/src\/infra\/|@smithy|@aws-sdk|google-auth-library/);

  const gcp = loadedBy('infra', 'status', '--provider', 'gcp');
  expect(gcp).toContain('/src/infra/index.ts');
  expect(gcp).not.toMatch(/@smithy|@aws-sdk|google-auth-library/);
});

test.each([
  ['gcp', ['--parameter', 'project_id=my-project-1'], 'gcloud auth application-default login'],
  ['aws', ['--region', 'eu-west-1'], 'aws sso login'],
])('without credentials for %s the remedy is to sign in', async (provider, words, remedy) => {
  const env = { METADATA_SERVER_DETECTION: 'none', AWS_EC2_METADATA_DISABLED: 'true' };
  const { code, stderr } = await runCli(['infra', 'status', '--provider', provider, ...words], { env });
  expect(stderr).toContain(remedy);
  expect(code).toBe(251);
});
