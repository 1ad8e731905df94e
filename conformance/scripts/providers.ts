import type { Harness } from '../src/index.ts';

/** Our providers, each with its harness. */
export const providers: Record<string, () => Promise<{ default: Harness }>> = {
  local: () => import('../../providers/local/test/conformance.harness.ts'),
  gcp: () => import('../../providers/gcp/test/conformance.harness.ts'),
  aws: () => import('../../providers/aws/test/conformance.harness.ts'),
};
