import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const client = fileURLToPath(new URL('../../src/client/index.ts', import.meta.url));

test('importing the client loads none of the libraries that it may come to need', () => {
  const program = `
    const before = new Set(process.moduleLoadList);
    await import(${JSON.stringify(client)});
    const loaded = process.moduleLoadList.filter((name) => !before.has(name));
    const { createRequire } = await import('node:module');
    const libraries = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify({ loaded, libraries }));`;
  const output = execFileSync(process.execPath, ['--conditions=source', '--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  const { loaded, libraries } = JSON.parse(output) as { loaded: string[]; libraries: string[] };
  expect(libraries).toEqual([]);
  expect(loaded.filter((name) => /\b(http|https|net|tls|zlib|crypto|internal\/deps\/undici)\b/.test(name))).toEqual([]);
});
