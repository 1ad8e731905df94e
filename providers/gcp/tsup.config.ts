import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', simulator: 'simulator/index.ts', dev: 'dev/index.ts' },
  format: 'esm',
  target: 'node22',
  removeNodeProtocol: false,
  skipNodeModulesBundle: true,
  clean: ['dist/*.js'],
});
