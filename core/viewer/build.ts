import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { viewerPolicy } from '../src/http/viewer/viewer-policy.ts';

const sources = fileURLToPath(new URL('.', import.meta.url));

/**
 * Builds the viewer as static files into a folder, where nothing else is left. What is there already is not written again, so
 * that builds at the same time, as of several tests, do not get in each other's way.
 */
export async function buildViewer(folder: string, plugins: Plugin[] = []): Promise<void> {
  const { outputFiles, metafile } = await build({
    entryPoints: { viewer: join(sources, 'source/main.tsx'), style: join(sources, 'styles/main.css') },
    outdir: join(folder, 'assets'),
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: ['chrome123', 'firefox128', 'safari17.5'],
    minify: true,
    metafile: true,
    write: false,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins,
    logLevel: 'warning',
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  const asset = (entry: string): string => {
    const [path] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(entry)) ?? [];
    if (path === undefined) throw new Error(`esbuild made nothing of ${entry}`);
    return `/assets/${basename(path)}`;
  };
  const page = readFileSync(join(sources, 'index.html'), 'utf8')
    .replace('{{policy}}', viewerPolicy)
    .replace('{{script}}', asset('source/main.tsx'))
    .replace('{{style}}', asset('styles/main.css'));
  files.set(join(folder, 'favicon.svg'), readFileSync(join(sources, 'favicon.svg')));
  // Last, because it names the others.
  files.set(join(folder, 'index.html'), new TextEncoder().encode(page));
  for (const [path, contents] of files) writeIfChanged(path, contents);
  const kept = new Set([...files.keys()].map((path) => relative(folder, path)));
  for (const name of readdirSync(join(folder, 'assets')))
    if (!kept.has(join('assets', name))) rmSync(join(folder, 'assets', name), { force: true });
}

function writeIfChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}
