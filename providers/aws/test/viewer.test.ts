import { test } from 'vitest';
import { skipWithoutBrowser } from '../../../core/test/viewer/support/chromium.ts';
import { viewerOn } from '../../../core/test/viewer/support/viewer-on.ts';
import { startDev } from '../dev/index.ts';

test.skipIf(skipWithoutBrowser)(
  'the web viewer runs, follows and stops commands on the simulated AWS',
  { timeout: 90_000 },
  () => viewerOn(startDev),
);
