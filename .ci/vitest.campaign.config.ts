import { mergeConfig } from 'vitest/config';
import everyday, { selfTest } from './vitest.config.ts';

/** The long tests: kills at random moments, a thousand disconnects, the suite's own test. Not part of `npm test`. */
const campaign = mergeConfig(everyday, {
  test: { testTimeout: 30 * 60_000, hookTimeout: 5 * 60_000, fileParallelism: false },
});
campaign.test.include = ['{core,bin,conformance,providers/*}/test/**/*.campaign.test.ts', selfTest];
campaign.test.exclude = ['**/node_modules/**'];

export default campaign;
