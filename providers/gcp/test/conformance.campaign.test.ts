import { conformance } from '@runvoy/conformance/vitest';
import { test } from 'vitest';
import harness from './conformance.harness.ts';

const { FIRESTORE_EMULATOR_HOST, PUBSUB_EMULATOR_HOST } = process.env;

// CI makes the report of the same checks. The set-up of all tests has said why there are none, and has failed where they are required.
if (FIRESTORE_EMULATOR_HOST && PUBSUB_EMULATOR_HOST) conformance(harness);
else test.skip('the conformance suite needs the emulators of Firestore and Pub/Sub');
