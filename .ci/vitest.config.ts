import { availableParallelism } from 'node:os';
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
    // Most tests wait, for processes and for what must not come: two at a time on two cores, where Vitest would run one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
