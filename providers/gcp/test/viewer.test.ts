import { test } from 'vitest';
import { skipWithoutBrowser } from '../../../core/test/viewer/support/chromium.ts';
import { viewerOn } from '../../../core/test/viewer/support/viewer-on.ts';
import { startDev } from '../dev/index.ts';

const { FIRESTORE_EMULATOR_HOST, PUBSUB_EMULATOR_HOST } = process.env;
// The set-up of all tests has said why there are none, and has failed where they are required.
const skip = skipWithoutBrowser || !FIRESTORE_EMULATOR_HOST || !PUBSUB_EMULATOR_HOST;

test.skipIf(skip)(
  'the web viewer runs, follows and stops commands on the simulated Google Cloud',
  { timeout: 90_000 },
  () => viewerOn(startDev),
);
