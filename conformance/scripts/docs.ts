/** Makes the generated parts of README.md anew. `--check`: writes nothing, and fails when it would be another. */
import { readFile, writeFile } from 'node:fs/promises';
import { renderGuide } from './render-guide.ts';

const file = new URL('../README.md', import.meta.url);
const there = await readFile(file, 'utf8');
const guide = await renderGuide(there);
if (guide !== there) {
  if (process.argv.includes('--check')) {
    console.error('conformance/README.md is stale: npm run docs -w @runvoy/conformance');
    process.exitCode = 1;
  } else await writeFile(file, guide);
}
