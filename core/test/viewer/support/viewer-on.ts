import { launchChromium } from './chromium.ts';
import { mainScenario } from './main-scenario.ts';

/** What `startDev` of a cloud's package gives. */
interface Dev {
  url: string;
  admin?: { apiKey: string };
  close(): Promise<void>;
}

/** The main scenario in a browser on a cloud that runs on this machine. */
export async function viewerOn(
  startDev: (options: { port: number; folder: string; log(line: string): void }) => Promise<Dev>,
): Promise<void> {
  const browser = await launchChromium();
  const dev = await startDev({ port: 0, folder: '', log: () => undefined });
  try {
    await mainScenario(browser, { url: dev.url, apiKey: dev.admin!.apiKey });
  } finally {
    await dev.close();
    await browser.close();
  }
}
