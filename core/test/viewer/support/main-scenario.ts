import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { visit } from './visit.ts';

/** Run, follow, run again, stop: what must work in a browser on every provider. */
export async function mainScenario(browser: Browser, server: { url: string; apiKey: string }): Promise<void> {
  await using seen = await visit(browser, { ...server, path: '/' });
  const { page } = seen;
  await page.getByLabel('Command', { exact: true }).last().fill('echo "hello $GREETING"; echo oops >&2; exit 3');
  await page.getByRole('button', { name: 'Add variable' }).click();
  await page.getByLabel('Name', { exact: true }).fill('GREETING');
  await page.getByLabel('Value of GREETING').fill('from the browser');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/\/logs\?execution_id=[0-9a-f]{32}/);
  await page.getByText('hello from the browser').waitFor();
  await page.locator('.log-layer [data-stream=stderr]').getByText('oops').waitFor();
  await page.getByText('exit code 3').waitFor();
  await page.getByText('The log is complete').waitFor();

  await page.getByRole('button', { name: 'Run again' }).click();
  const command = page.locator('textarea').first();
  expect(await command.inputValue()).toContain('hello $GREETING');
  await command.fill('echo started; sleep 300');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('.log-layer').getByText('started').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Stopped by a user').waitFor();
  await page.getByText('exit code 130').waitFor();
}
