import { productChecks } from '../../src/checks/product/index.ts';
import { conformance } from '../../src/vitest.ts';
import harness from './local.harness.ts';

conformance(harness, { checks: productChecks });
