import { productChecks } from '../../src/checks/product/index.ts';
import { conformance } from '../../src/vitest.ts';
import harness from './memory.harness.ts';

/** What lets a command run and print, or waits for a task to end. */
const runs = (id: string, needs: readonly string[]) => needs.includes('output') || id === 'product.recovery.orphan';

conformance(harness, { checks: productChecks.filter(({ id, needs = [] }) => !runs(id, needs)) });
