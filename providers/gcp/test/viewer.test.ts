import { test } from 'vitest';
import { launchChromium, skipWithoutBrowser } from '../../../core/test/viewer/support/chromium.ts';
import { mainScenario } from '../../../core/test/viewer/support/main-scenario.ts';
import { startDev } from '../dev/index.ts';

const { FIRESTORE_EMULATOR_HOST, PUBSUB_EMULATOR_HOST } = process.env;
// The set-up of all tests has said why there are none, and has failed where they are required.
const skip = skipWithoutBrowser || !FIRESTORE_EMULATOR_HOST || !PUBSUB_EMULATOR_HOST;

test.skipIf(skip)(
  'the web viewer runs, follows and stops commands on the simulated Google Cloud',
  { timeout: 90_000 },
  async () => {
    const browser = await launchChromium();
    const dev = await startDev({ port: 0, folder: '', log: () => undefined });
    try {
      await mainScenario(browser, { url: dev.url, apiKey: dev.admin!.apiKey });
    } finally {
      await dev.close();
      await browser.close();
    }
  },
);
