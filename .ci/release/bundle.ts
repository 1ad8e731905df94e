import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

export interface Bundle {
  /** One file that needs nothing but Node.js. */
  code: Uint8Array;
  /** Files that went into it, relative to the repository. */
  inputs: string[];
}

/** Providers of this repository, for the server in a container: the module `runvoy:providers`. */
function providersOf(root: string): Plugin {
  const entries = ['gcp', 'aws'].map((name) => `${name}: () => import('@runvoy/${name}')`);
  return {
    name: 'providers',
    setup(plugin) {
      plugin.onResolve({ filter: /^runvoy:providers$/ }, () => ({ path: 'providers', namespace: 'runvoy' }));
      plugin.onLoad({ filter: /.*/, namespace: 'runvoy' }, () => ({
        contents: `export const providers = { ${entries.join(', ')} };`,
        resolveDir: join(root, 'bin'),
      }));
    },
  };
}

/** Zod has its messages in fifty languages, of which this one is used: an eighth of a bundle. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup(plugin) {
    plugin.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/** The same sources give the same bytes. CommonJS, because loading `node:http` as an ES module costs half a cold start. */
export async function bundle(root: string, entry: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    conditions: ['source'],
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'error',
    define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname' },
    banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
    // Only for machines that have it.
    external: ['bufferutil', 'utf-8-validate'],
    plugins: [providersOf(root), englishOnly],
  });
  return { code: outputFiles[0]!.contents, inputs: Object.keys(metafile.inputs).sort() };
}
