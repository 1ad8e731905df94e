import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { viewerPolicy } from '../src/http/viewer/viewer-policy.ts';

const sources = fileURLToPath(new URL('.', import.meta.url));

/** Builds the viewer as static files into a folder, which is emptied first. */
export async function buildViewer(folder: string, plugins: Plugin[] = []): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
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
    jsx: 'automatic',
    jsxImportSource: 'preact',
    conditions: ['source'],
    plugins,
    logLevel: 'warning',
  });
  const entries = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
  const asset = (extension: string): string => {
    const found = entries.find(([path]) => path.endsWith(extension) && /\/(viewer|style)-/.test(path));
    if (!found) throw new Error(`esbuild made no ${extension} entry`);
    return `/assets/${basename(found[0])}`;
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'index.html'),
    readFileSync(join(sources, 'index.html'), 'utf8')
      .replace('{{policy}}', viewerPolicy)
      .replace('{{script}}', asset('.js'))
      .replace('{{style}}', asset('.css')),
  );
  writeFileSync(join(folder, 'favicon.svg'), readFileSync(join(sources, 'favicon.svg')));
}
