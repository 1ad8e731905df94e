import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Without a browser the tests of the viewer are skipped, and say so; in CI they fail. */
export const chromiumPath = places.find((path) => path !== undefined && path !== '' && existsSync(path));
export const skipWithoutBrowser = chromiumPath === undefined && !process.env.CI;

if (skipWithoutBrowser)
  console.warn('The tests of the web viewer are SKIPPED: no Chromium was found. Install it, or set CHROMIUM_PATH.');

/** No connections of the browser's own: where there is no internet, each of them would be waited for. */
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--js-flags=--expose-gc',
];

export function launchChromium(): Promise<Browser> {
  if (chromiumPath === undefined)
    throw new Error('no Chromium was found: install it (Debian: apt-get install chromium), or set CHROMIUM_PATH');
  // Chromium's own sandbox does not work for root, as whom containers of CI run.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: chromiumPath, args: [...quiet, ...sandbox] });
}
