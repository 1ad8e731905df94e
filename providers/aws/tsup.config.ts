import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', simulator: 'simulator/index.ts', dev: 'dev/index.ts' },
  target: 'node22',
  format: 'esm',
  skipNodeModulesBundle: true,
  // There is a node:sqlite, but no sqlite.
  removeNodeProtocol: false,
  clean: ['dist/*.js'],
});
