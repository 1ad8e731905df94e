import { defineConfig } from 'tsup';

const shared = {
  target: 'node22',
  // There is a node:sqlite, but no sqlite.
  removeNodeProtocol: false,
} as const;

export default defineConfig([
  {
    ...shared,
    entry: { index: 'src/index.ts', simulator: 'simulator/index.ts', dev: 'dev/index.ts' },
    format: 'esm',
    skipNodeModulesBundle: true,
    clean: ['dist/*.js'],
  },
  {
    ...shared,
    // What is uploaded to Lambda: one file each, with everything inside. Common JS, whose loader is the quicker one.
    entry: {
      'lambda/orchestrator': 'src/lambda/orchestrator-entry.ts',
      'lambda/processor': 'src/lambda/processor-entry.ts',
    },
    format: 'cjs',
    platform: 'node',
    bundle: true,
    splitting: false,
    minify: true,
    noExternal: [/./],
    shims: true,
    outExtension: () => ({ js: '.cjs' }),
    esbuildOptions(options) {
      options.conditions = ['source'];
    },
  },
]);
