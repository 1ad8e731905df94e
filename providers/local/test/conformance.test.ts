import { conformance } from '@runvoy/conformance/vitest';
import harness from './conformance.harness.ts';

conformance(harness);
