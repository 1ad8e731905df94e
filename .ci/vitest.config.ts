import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Where `.ci/run` wants the counts; absent when a person runs the tests. */
const report = process.env.RUNVOY_TEST_REPORT;

/** The conformance suite against every broken provider: minutes of work, so a campaign. */
export const selfTest = 'conformance/test/selftest.test.ts';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['{core,bin,conformance,providers/*}/test/**/*.test.ts'],
    exclude: ['**/*.campaign.test.ts', selfTest, '**/node_modules/**'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    globalSetup: ['.ci/emulators.ts'],
    pool: 'forks',
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
