import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

let directory: string;

function add(name: string, manifest: object, files: Record<string, string>): void {
  const folder = join(directory, 'node_modules', name);
  const all = { 'package.json': JSON.stringify({ name, version: '1.0.0', type: 'module', ...manifest }), ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'runvoy-packages-'));
  add(
    '@acme/whole',
    { exports: { '.': './index.js', './dev': './dev.js' } },
    { 'index.js': '', 'dev.js': 'export const part = "dev";' },
  );
  add('@acme/modern', { exports: { '.': { import: './index.js' } } }, { 'index.js': 'export const part = "main";' });
  add('@acme/lacking', { exports: './index.js' }, { 'index.js': 'import "@acme/nowhere";' });
  add('@acme/hollow', { exports: './index.js' }, {});
  add('@acme/failing', { exports: './index.js' }, { 'index.js': 'throw new Error("no luck");' });
});
afterAll(() => rmSync(directory, { recursive: true }));

/** In a process of its own, because Vitest finds modules in its own way and words. */
function load(specifier: string): { module?: Record<string, unknown>; error?: string } {
  const program = `
    import { importPackage } from ${JSON.stringify(new URL('../../src/config/import-package.ts', import.meta.url).href)};
    const [, specifier, directory] = process.argv;
    const result = await importPackage(specifier, directory).then(
      (module) => ({ module: module && { ...module } }),
      (error) => ({ error: String(error) }),
    );
    console.log(JSON.stringify(result));`;
  const words = ['--input-type=module', '--eval', program, specifier, directory];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
}

it('a package beside the user, a part of it, and one for import alone', () => {
  expect(load('@acme/whole/dev')).toEqual({ module: { part: 'dev' } });
  expect(load('@acme/modern')).toEqual({ module: { part: 'main' } });
});

it('a package of the program comes first', () => {
  expect(load('picocolors').module).toHaveProperty('default');
});

it.each(['@acme/nowhere', '@acme/nowhere/dev', 'nowhere-at-all', 'nowhere-at-all/dev'])(
  '%s is not installed',
  (name) => {
    expect(load(name)).toEqual({});
  },
);

it.each([
  ['@acme/lacking', 'something that it imports is not there', '@acme/nowhere'],
  ['@acme/hollow', 'its file is not there', 'index.js'],
  ['@acme/failing', 'it fails', 'no luck'],
  ['@acme/lacking/dev', 'it has no such part', 'dev'],
])('%s is there, but %s', (name, _why, said) => {
  expect(load(name).error).toContain(said);
});
