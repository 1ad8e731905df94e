import { conformance } from '@runvoy/conformance/node-test';
import harness from './my.harness.ts';

conformance(harness);
