import referenceHarness from '../../selftest/reference/harness.ts';
import { productChecks } from '../../src/checks/product/index.ts';
import { conformance } from '../../src/vitest.ts';

conformance(referenceHarness, { checks: productChecks });
