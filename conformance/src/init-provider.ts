import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { suiteError } from './runner/suite-error.ts';
import { version } from './version.ts';

const files = ['package.json', 'tsconfig.json', 'my.harness.ts', 'src/provider.ts'];

/**
 * Writes the skeleton of a provider and resolves to what to do next. Rejects with CONFIGURATION_INVALID, having written nothing,
 * when one of its files is there already.
 */
export async function initProvider(name: string): Promise<string> {
  const folder = resolve(name);
  const template = new URL('../template/', import.meta.url);
  const contents = await Promise.all(
    files.map(async (file) => ({
      file,
      text: (await readFile(new URL(file, template), 'utf8')).replaceAll('SUITE_VERSION', version),
    })),
  );
  const taken = (
    await Promise.all(files.map(async (file) => ((await isThere(join(folder, file))) ? file : '')))
  ).filter((file) => file !== '');
  if (taken.length > 0)
    throw suiteError(`${name} has ${taken.join(', ')} already`, {
      field: 'folder',
      remedy: 'Name a folder that does not exist, or move these files away.',
    });
  for (const { file, text } of contents) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text, { flag: 'wx' });
  }
  const enter = name === '.' ? '' : `cd ${name} && `;
  return `Written: ${files.join(', ')}\nNext: ${enter}npm install && npx runvoy-conformance ./my.harness.ts\n`;
}

async function isThere(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
  );
}
