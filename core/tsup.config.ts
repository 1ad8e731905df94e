import { defineConfig } from 'tsup';
import { thirdPartyNotices } from '../bin/third-party-notices.ts';
import { buildViewer } from './viewer/build.ts';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    provider: 'src/provider.ts',
    client: 'src/client/index.ts',
    playbooks: 'src/playbooks/index.ts',
    toolkit: 'src/toolkit.ts',
    testing: 'src/testing/index.ts',
  },
  format: 'esm',
  target: 'node22',
  // There is a node:sqlite, but no sqlite.
  removeNodeProtocol: false,
  skipNodeModulesBundle: true,
  clean: ['dist/*.js'],
  onSuccess: () => buildViewer('dist/viewer', [thirdPartyNotices]),
});
