import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { runTask } from '../support/tasks.ts';

const check = (what: string, sentence: string, why: string, run: Check['run']): Check => ({
  id: `secrets.${what}`,
  level: 'MUST',
  facet: 'secrets',
  sentence,
  why,
  run,
});

/** The files of a deployment that lies in folders of this machine which its settings name. */
function ownFiles({ env }: World): string[] {
  const folders = Object.entries(env)
    .filter(([name, value]) => process.env[name] !== value && /^\/.+\/./.test(value))
    .map(([, path]) => path)
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

export const secretLeakChecks: readonly Check[] = [
  check(
    'logs.silent',
    'A secret value is in no line that the provider logs, whatever happens to it.',
    'Everybody who reads the log of the server would know all passwords.',
    async (world) => {
      const value = `s3cr3t-${world.executionId()}`;
      const { secrets } = world.provider;
      await secrets.put('a', value);
      await secrets.put('a', `${value}-2`);
      equal(await secrets.reveal('a'), `${value}-2`, 'the value');
      await secrets.put('no spaces', value).catch(() => undefined);
      await secrets.put('large', value.repeat(5000)).catch(() => undefined);
      await secrets.put('late', value, {}, { signal: AbortSignal.abort() }).catch(() => undefined);
      await runTask(world, 'exit 1', { secretEnv: { PASSWORD: value }, maskedValues: [value] });
      await runTask(world, ['no-such-program'], { secretEnv: { PASSWORD: value }, maskedValues: [value] });
      await secrets.remove('a');
      const lines = world.logged().map(({ fields, message }) => JSON.stringify([fields, message]));
      deepEqual(
        lines.filter((line) => line.includes(value)),
        [],
        'lines with the value',
      );
    },
  ),
  check(
    'at-rest',
    'A value is encrypted at rest: it is in no file of a deployment that lies on this machine.',
    'Who gets hold of a backup or a disk would have all passwords.',
    async (world) => {
      const value = `s3cr3t-${world.executionId()}`;
      await world.provider.secrets.put('a', value);
      await world.provider.secrets.put('b', value.repeat(100));
      equal(await world.provider.secrets.reveal('a'), value, 'the value');
      const forms = [value, Buffer.from(value).toString('base64').slice(0, 40), Buffer.from(value).toString('hex')];
      for (const path of ownFiles(world)) {
        const bytes = readFileSync(path);
        ok(!forms.some((form) => bytes.includes(form)), `no value in ${path}`);
      }
    },
  ),
];
