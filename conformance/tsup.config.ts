import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    vitest: 'src/vitest.ts',
    'node-test': 'src/node-test.ts',
    emulators: 'src/emulators/index.ts',
    cli: 'src/cli.ts',
  },
  format: 'esm',
  target: 'node22',
  skipNodeModulesBundle: true,
  removeNodeProtocol: false,
  clean: ['dist/*.js'],
});
