import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/cli.ts';
import { until } from '../support/until.ts';
import { type SimulatedCloudFormation, startCloudFormation } from './support/simulated-cloudformation.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const hasScript = spawnSync('script', ['--version']).status === 0;
if (!hasScript) console.warn('SKIPPED: questions at a terminal. There is no script(1) to make one.');

const no = '\r';
const yes = '\x1b[B\r';

describe.skipIf(!hasScript)('at a terminal', { timeout: 60_000 }, () => {
  let cloud: SimulatedCloudFormation;
  let home: ReturnType<typeof temporaryFolder>;
  let child: ChildProcess;
  let screen = '';

  beforeEach(async () => {
    cloud = await startCloudFormation();
    cloud.stack = {
      status: 'CREATE_COMPLETE',
      parameters: { LambdaCodeBucket: 'b', ReleaseVersion: '1', SchemaGeneration: 'main' },
    };
    home = temporaryFolder();
    screen = '';
  });
  afterEach(async () => {
    child?.kill();
    await cloud.close();
    home.remove();
  });

  const start = (...words: string[]) => {
    const command = [process.execPath, '--conditions=source', main, 'infra', ...words]
      .map((word) => `'${word}'`)
      .join(' ');
    child = spawn('script', ['-qec', `stty cols 160 rows 40; ${command}`, '/dev/null'], {
      env: { PATH: process.env.PATH, TERM: 'xterm', RUNVOY_HOME: home.path, ...cloud.env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdout!.on('data', (data) => {
      screen += String(data);
    });
    return new Promise<number | null>((resolve) => child.once('close', resolve));
  };
  const answer = async (question: string, keys: string) => {
    await until(() => screen.includes(question), `the question ${question} on the screen`, 20_000);
    child.stdin!.write(keys);
  };
  const deleted = () => cloud.calls.some(({ action }) => action === 'DeleteStack');

  test('destroy asks twice, and the second time for a word', async () => {
    const ended = start('destroy', '--provider', 'aws');
    await answer('Users, history and secrets stay.', yes);
    await answer('Type destroy to go on', 'destroy\r');
    cloud.operation = { steps: [], end: 'DELETE_COMPLETE' };
    expect(await ended).toBe(0);
    expect(deleted()).toBe(true);
  });

  test('a no, or another word, changes nothing', async () => {
    const first = start('destroy', '--provider', 'aws');
    await answer('Users, history and secrets stay.', no);
    expect(await first).toBe(0);
    screen = '';
    const second = start('destroy', '--provider', 'aws', '--delete-data');
    await answer('secrets are lost', yes);
    await answer('Type delete data to go on', 'destroy\r');
    expect(await second).toBe(0);
    expect(screen).toContain('Nothing was changed');
    expect(deleted()).toBe(false);
  });

  test('apply shows the plan before it asks, and forgets it after a no', async () => {
    cloud.changes = [
      { action: 'Modify', resource: 'LambdaFunction', type: 'AWS::Lambda::Function', replacement: 'False' },
    ];
    const ended = start('apply', '--provider', 'aws');
    await answer('Apply this to stack runvoy-backend', no);
    expect(await ended).toBe(0);
    expect(screen).toMatch(/update {2}LambdaFunction[\s\S]*1 to update[\s\S]*Apply this/);
    const actions = cloud.calls.map(({ action }) => action);
    expect(actions).toContain('DeleteChangeSet');
    expect(actions).not.toContain('ExecuteChangeSet');
  });
});
