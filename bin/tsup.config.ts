import { defineConfig, type Options } from 'tsup';
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
        },
      },
    ],
  },
  {
    ...shared,
    // The local provider looks for the supervisor beside itself.
    entry: { server: 'src/server.ts', supervisor: '../providers/local/src/supervisor/main.ts' },
    esbuildOptions(options) {
      options.conditions = ['source'];
    },
    esbuildPlugins: [
      thirdPartyNotices,
      {
        name: 'clouds-apart',
        setup(build) {
          // Megabytes of SDK, which only servers on that cloud load.
          build.onResolve({ filter: /^@runvoy\/gcp$/ }, () => ({ path: './gcp.cjs', external: true }));
        },
      },
    ],
  },
  {
    ...shared,
    entry: { gcp: '../providers/gcp/src/index.ts' },
    esbuildOptions(options) {
      options.conditions = ['source'];
    },
    esbuildPlugins: [thirdPartyNotices],
  },
]);
