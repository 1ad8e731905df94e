import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli, temporaryFolder } from '../support/cli.ts';
import { end, serveExecution, using } from '../support/execution.ts';
import type { FakeServer } from '../support/fake-server.ts';

let folder: ReturnType<typeof temporaryFolder>;
let server: FakeServer;
let options: { env: Record<string, string>; cwd: string };

/** As upstream's samples: a name, a list of commands, and what they need. */
const deploy = `description: Deploys
image: hashicorp/terraform:1.6
git_repo: https://github.com/acme/infra
git_ref: main
secrets: [aws]
env:
  REGION: eu-west-1
  DB_PASSWORD: hunter2
commands:
  - terraform init
  - terraform apply
`;

beforeEach(async () => {
  folder = temporaryFolder();
  server = await serveExecution((socket) => end(socket));
  const home = join(folder.path, 'home');
  options = { env: using(server, home), cwd: folder.path };
  mkdirSync(join(folder.path, '.runvoy'));
  mkdirSync(home);
  write('.runvoy/deploy.yaml', deploy);
});
afterEach(async () => {
  await server.close();
  folder.remove();
});
const write = (path: string, text: string) => writeFileSync(join(folder.path, path), text);
const sent = () => server.requests.at(-1)!.body;

it('runs the commands one after the other, with what the file says', async () => {
  expect((await runCli(['playbook', 'run', 'deploy'], options)).code).toBe(0);
  expect(sent()).toEqual({
    command: 'terraform init && terraform apply',
    image: 'hashicorp/terraform:1.6',
    git_repo: 'https://github.com/acme/infra',
    git_ref: 'main',
    secrets: ['aws'],
    env: { REGION: 'eu-west-1', DB_PASSWORD: 'hunter2' },
  });
});

it('lets flags replace, --secret add, and RUNVOY_USER_ override', async () => {
  const flags = ['-i', 'other', '-r', 'dev', '-p', 'sub', '--secret', 'b,aws', '--timeout', '60', '-e', 'X=1'];
  await runCli(['playbook', 'run', 'deploy', ...flags], {
    ...options,
    env: { ...options.env, RUNVOY_USER_REGION: 'us' },
  });
  expect(sent()).toMatchObject({
    image: 'other',
    git_repo: 'https://github.com/acme/infra',
    git_ref: 'dev',
    git_path: 'sub',
    secrets: ['aws', 'b'],
    timeout: 60,
    env: { REGION: 'us', DB_PASSWORD: 'hunter2', X: '1' },
  });
});

it('gives parameters to the command as data, not as a part of its text', async () => {
  write(
    '.runvoy/p.yml',
    'commands: ["echo $NAME"]\nparameters:\n  NAME: {required: true}\n  COUNT: {type: integer, default: 2}\n',
  );
  await runCli(['playbook', 'run', 'p', '--param', 'NAME=$(id); rm -rf /'], options);
  expect(sent()).toEqual({ command: 'echo $NAME', env: { NAME: '$(id); rm -rf /', COUNT: '2' } });
  const { code, stderr } = await runCli(['playbook', 'run', 'p'], options);
  expect(code).toBe(252);
  expect(stderr).toContain('parameter NAME is required');
});

it('names the file that is broken, and lists the others as they are', async () => {
  write('.runvoy/broken.yaml', 'commands: [');
  write('.runvoy/empty.yaml', '');
  write('.runvoy/none.yaml', 'commands: []\n');
  write('.runvoy/config.yaml', 'api_key: k\n');
  write('.runvoy/deploy.yml', 'commands: [never]\n');
  const { stdout, stderr } = await runCli(['playbook', 'list'], options);
  expect(stdout).toBe('Name    Description\n──────  ───────────\ndeploy  Deploys\n');
  for (const name of ['broken', 'empty', 'none']) expect(stderr).toContain(join('.runvoy', `${name}.yaml`));
  expect(stderr).not.toContain('config.yaml');
  const json = JSON.parse((await runCli(['playbook', 'list', '--json'], options)).stdout);
  expect(
    json.playbooks.map((entry: { name: string; error?: string }) => [entry.name, entry.error !== undefined]),
  ).toEqual([
    ['broken', true],
    ['deploy', false],
    ['empty', true],
    ['none', true],
  ]);
});

it('masks values that look secret', async () => {
  const { stdout } = await runCli(['playbook', 'show', 'deploy'], options);
  expect(stdout).toContain('REGION=eu-west-1, DB_PASSWORD=********');
  expect(stdout).toContain('terraform apply');
  expect(stdout).not.toContain('hunter2');
});

it('looks in the home folder when there is no folder here', async () => {
  write('home/mine.yaml', 'commands: [mine]\n');
  const elsewhere = temporaryFolder();
  try {
    await runCli(['playbook', 'run', 'mine'], { ...options, cwd: elsewhere.path });
    expect(sent()).toEqual({ command: 'mine' });
  } finally {
    elsewhere.remove();
  }
});
