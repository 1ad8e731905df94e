import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildRelease } from './build-release.ts';

/** `node .ci/release/main.ts <output folder>` */
const root = resolve(import.meta.dirname, '../..');
const [output] = process.argv.slice(2);
if (output === undefined) throw new Error('say where to: node .ci/release/main.ts <output folder>');
const { version } = JSON.parse(readFileSync(join(root, 'bin/package.json'), 'utf8')) as { version: string };
const sums = await buildRelease({ root, output: resolve(output), version });
for (const [path, sum] of Object.entries(sums)) console.log(`${sum.slice(0, 16)}  ${path}`);
