import { cpSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';
import { buildViewer } from '../core/viewer/build.ts';
import { thirdPartyNotices } from './third-party-notices.ts';

const shared = {
  format: 'cjs',
  platform: 'node',
  target: 'node22',
  bundle: true,
  splitting: false,
  shims: true,
  minify: true,
  // There is a node:sqlite, but no sqlite.
  removeNodeProtocol: false,
  // Everything is inside: the published package has no dependencies.
  noExternal: [/./],
  outExtension: () => ({ js: '.cjs' }),
} satisfies Options;

export default defineConfig([
  {
    ...shared,
    entry: { cli: 'src/main.ts' },
    esbuildOptions(options) {
      options.conditions = ['source'];
      // `import()` of a bundle becomes `require`: the loader of ES modules alone costs a fifth of the time to start.
      options.supported = { ...options.supported, 'dynamic-import': false };
    },
    esbuildPlugins: [
      thirdPartyNotices,
      {
        name: 'quick-start',
        setup(build) {
          // Commander loads it for commands that are programs of their own; we have none, and it costs 3 ms at each start.
          build.onResolve({ filter: /^node:child_process$/ }, () => ({ path: 'child_process', namespace: 'empty' }));
          build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {}' }));
          // Clients of a server never load it.
          build.onResolve({ filter: /\/server\.ts$/ }, ({ kind }) =>
            kind === 'dynamic-import' ? { path: './server.cjs', external: true } : undefined,
          );
          // Nor what puts runvoy into a cloud.
          build.onResolve({ filter: /\/infra\/index\.ts$/ }, ({ kind }) =>
            kind === 'dynamic-import' ? { path: './infra.cjs', external: true } : undefined,
          );
        },
      },
    ],
  },
  {
    ...shared,
    entry: { infra: 'src/infra/index.ts' },
    esbuildOptions(options) {
      options.conditions = ['source'];
      options.supported = { ...options.supported, 'dynamic-import': false };
    },
    esbuildPlugins: [
      thirdPartyNotices,
      {
        name: 'server-beside',
        setup(build) {
          build.onResolve({ filter: /\/server\.ts$/ }, ({ kind }) =>
            kind === 'dynamic-import' ? { path: './server.cjs', external: true } : undefined,
          );
        },
      },
    ],
    // What it deploys goes with it.
    async onSuccess() {
      for (const cloud of ['aws', 'gcp'])
        cpSync(`../providers/${cloud}/deploy`, `dist/deploy/${cloud}`, {
          recursive: true,
          filter: (path) => !/\.md$|examples|\.terraform|tfstate/.test(path),
        });
      cpSync('../providers/gcp/firestore.indexes.json', 'dist/deploy/gcp/firestore.indexes.json');
    },
  },
  {
    ...shared,
    // The local provider looks for the supervisor beside itself, and the server for the viewer's files.
    entry: { server: 'src/server.ts', supervisor: '../providers/local/src/supervisor/main.ts' },
    esbuildOptions(options) {
      options.conditions = ['source'];
    },
    onSuccess: () => buildViewer('dist/viewer', [thirdPartyNotices]),
    esbuildPlugins: [
      thirdPartyNotices,
      {
        name: 'clouds-apart',
        setup(build) {
          // Megabytes of SDK, which only servers on that cloud load.
          build.onResolve({ filter: /^@runvoy\/(gcp|aws)$/ }, ({ path }) => ({
            path: `./${path.slice('@runvoy/'.length)}.cjs`,
            external: true,
          }));
        },
      },
    ],
  },
  {
    ...shared,
    entry: { gcp: '../providers/gcp/src/index.ts', aws: '../providers/aws/src/index.ts' },
    esbuildOptions(options) {
      options.conditions = ['source'];
    },
    esbuildPlugins: [thirdPartyNotices],
  },
]);
