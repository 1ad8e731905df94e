import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', supervisor: 'src/supervisor/main.ts' },
  format: 'esm',
  target: 'node22',
  // There is a node:sqlite, but no sqlite.
  removeNodeProtocol: false,
  skipNodeModulesBundle: true,
  clean: ['dist/*.js'],
});
