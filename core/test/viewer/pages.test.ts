import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, skipWithoutBrowser } from './support/chromium.ts';
import { mainScenario } from './support/main-scenario.ts';
import { adminEmail, startViewerServer, type ViewerServer } from './support/viewer-server.ts';
import { visit } from './support/visit.ts';

describe.skipIf(skipWithoutBrowser)('the pages', () => {
  let server: ViewerServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startViewerServer(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });
  const open = (path: string, more: { apiKey?: string } = server) => visit(browser, { url: server.url, ...more, path });

  test('sign-in with a key leads to where one wanted to go', async () => {
    await using seen = await open('/secrets', {});
    const { page } = seen;
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByLabel('API key').fill('no-such-key-no-such-key-no-such-key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Invalid API key').waitFor();
    await page.getByLabel('API key').fill(server.apiKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Secrets' }).waitFor();
    // Upstream's application finds its key in the same place.
    expect(await page.evaluate(`localStorage.getItem('runvoy_api_key')`)).toBe(JSON.stringify(server.apiKey));
    await page.getByRole('link', { name: new RegExp(adminEmail) }).waitFor();
  });

  test('an invitation: link, claim, role, revoked key', async () => {
    await using admin = await open('/users');
    await admin.page.getByRole('button', { name: 'Invite' }).click();
    await admin.page.getByLabel('E-mail address').fill('ben@example.com');
    await admin.page.getByRole('button', { name: 'Make an invitation' }).click();
    const link = await admin.page.locator('dialog .copy-line code').textContent();
    expect(link).toMatch(/\/claim#[\w-]{32}$/);
    await admin.page.getByRole('button', { name: 'Done' }).click();
    await admin.page.getByText('Not claimed yet').waitFor();

    await using ben = await visit(browser, { url: server.url, path: new URL(link!).pathname + new URL(link!).hash });
    await ben.page.getByRole('button', { name: 'Claim my key' }).click();
    await ben.page.getByRole('heading', { name: 'Executions' }).waitFor();
    await ben.page.getByText('developer').waitFor();
    expect(ben.page.url()).not.toContain('#');

    // Not everything is for everyone, and the page says so.
    await ben.page.getByRole('link', { name: 'Users' }).click();
    await ben.page
      .getByText('you do not have permission')
      .or(ben.page.getByText('You do not have permission'))
      .waitFor();

    await admin.page.reload();
    await admin.page.getByLabel('Role of ben@example.com').selectOption('viewer');
    await admin.page.getByText('ben@example.com is now viewer').waitFor();
    await admin.page.getByRole('button', { name: 'Revoke key of ben@example.com' }).click();
    await admin.page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await admin.page.getByText('Revoked', { exact: true }).waitFor();

    await ben.page.getByRole('link', { name: 'Executions' }).click();
    await ben.page.getByText('The server does not accept your API key').waitFor();
    await ben.page.getByRole('heading', { name: 'Executions' }).waitFor();
  });

  test('run, follow, run again, stop', () => mainScenario(browser, server));

  test('exact arguments stay exact', async () => {
    await using seen = await open('/');
    const { page } = seen;
    await page.getByRole('radio', { name: 'Exact arguments' }).check();
    await page.getByLabel('Program').fill('printf');
    for (const text of ['%s|', 'two  words', '$HOME; "quoted"']) {
      await page.getByRole('button', { name: 'Add argument' }).click();
      await page
        .getByLabel(/^Argument/)
        .last()
        .fill(text);
    }
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('two  words|$HOME; "quoted"|').waitFor();
  });

  test('a playbook with typed parameters, which stays in the browser', async () => {
    await using seen = await open('/');
    const { page } = seen;
    await page.getByRole('radio', { name: 'Playbook' }).check();
    await page.locator('input[type=file]').setInputFiles({
      name: 'restore.yaml',
      mimeType: 'text/yaml',
      buffer: Buffer.from(
        'description: Restore a table\ncommands: [echo "table $TABLE", echo "count $COUNT"]\n' +
          "parameters:\n  TABLE: {type: string, pattern: '[a-z_]+', required: true, description: which table}\n" +
          '  COUNT: {type: integer, default: 3}\n  MODE: {type: choice, choices: [fast, safe]}\n',
      ),
    });
    await page.getByText('Restore a table').waitFor();
    expect(await page.getByLabel('COUNT').inputValue()).toBe('3');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    // The browser's own word for a required field; the form is not sent.
    expect(await page.evaluate('document.activeElement.matches(":invalid")')).toBe(true);
    await page.getByLabel('TABLE').fill('Bad Name');
    await page.getByText('TABLE must match').waitFor();
    await page.getByLabel('TABLE').fill('orders; rm -rf /');
    await page.getByLabel('TABLE').fill('orders');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('table orders').waitFor();
    await page.getByText('count 3').waitFor();
    await page.getByRole('link', { name: 'Run', exact: true }).click();
    await page.getByRole('radio', { name: 'Playbook' }).check();
    await page.getByRole('button', { name: 'restore', exact: true }).waitFor();
  });

  test('a secret: stored, shown on request only, used, masked', async () => {
    await using seen = await open('/secrets');
    const { page } = seen;
    const answers: string[] = [];
    page.on('response', async (response) => {
      if (response.url().includes('/api/v1/secrets')) answers.push(await response.text().catch(() => ''));
    });
    await page.getByRole('button', { name: 'Store a secret' }).click();
    await page.getByLabel('Name', { exact: false }).first().fill('api/token');
    await page.getByLabel('Environment variable').fill('API_TOKEN');
    await page.getByLabel('Value', { exact: false }).first().fill('correct-horse-battery');
    await page.getByRole('button', { name: 'Store', exact: true }).click();
    await page.getByText('api/token', { exact: true }).waitFor();
    expect(answers.join()).not.toContain('correct-horse');
    await page.getByRole('button', { name: 'Show the value of api/token' }).click();
    await page.getByText('correct-horse-battery').waitFor();
    await page.getByRole('button', { name: 'Hide' }).click();
    expect(await page.content()).not.toContain('correct-horse');

    await page.getByRole('link', { name: 'Run', exact: true }).click();
    await page.locator('textarea').first().fill('echo "token is $API_TOKEN"');
    await page.getByRole('checkbox', { name: /^api\/token/ }).check();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.log-layer').getByText('token is ***').waitFor();
  });

  test('images: default, register with a wrong value, which stays on screen with the reason', async () => {
    await using seen = await open('/images');
    const { page } = seen;
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByRole('textbox', { name: /^Image/ }).fill('alpine:latest');
    await page.getByLabel('CPU units').fill('many');
    await page.getByRole('dialog').getByRole('button', { name: 'Register' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('CPU units').inputValue()).toBe('many');
  });

  test('executions: newest first, live, filtered by status and text, in the address', async () => {
    await server.finish('echo one-of-a-kind; exit 7');
    await using seen = await open('/executions');
    const { page } = seen;
    await page.getByText('exit 7').first().waitFor();
    await page.getByLabel('Search in what is listed').fill('one-of-a-kind');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    await page.getByLabel('Search in what is listed').fill('');
    await page.getByRole('checkbox', { name: 'Running' }).check();
    await page.waitForURL(/status=RUNNING/);
    await page.getByText('No execution matches these filters').waitFor();
    const id = await server.run('sleep 300');
    // Without a reload.
    await page.getByRole('button', { name: `Stop ${id.slice(0, 8)}` }).waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: `Tell me when ${id.slice(0, 8)} has ended` }).click();
    await server.client.killExecution(id);
    await page
      .getByRole('status')
      .getByText(`${id.slice(0, 8)}: Stopped by a user`)
      .waitFor();
  });

  test('keyboard: help, places, rows', async () => {
    await using seen = await open('/executions');
    const { page } = seen;
    await page.locator('tbody tr').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('/');
    await expect.poll(() => page.evaluate('document.activeElement.type')).toBe('search');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/logs/);
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.getByRole('heading', { name: 'Images' }).waitFor();
    await page.goBack();
    await page.waitForURL(/\/logs/);
  });

  test('health, trace and the API document', async () => {
    await using seen = await open('/health');
    const { page } = seen;
    await page.getByRole('button', { name: 'Reconcile now' }).click();
    await page.getByText('Records and cloud agree').waitFor();
    await page.getByRole('link', { name: 'API', exact: true }).click();
    await page.getByText('/api/v1/executions/{id}/logs').first().click();
    await page.getByText('Lines in the order of their arrival').waitFor();
    const [execution] = (await server.client.listExecutions({ limit: 1 })).executions;
    await page.goto(`/trace?request_id=${execution!.created_by_request_id}`);
    await page.getByText('Execution', { exact: true }).waitFor();
    await page.goto('/no-such-page');
    expect(await page.content()).toContain('NOT_FOUND');
  });

  test('a server that is away takes nothing off the screen, and is found again', async () => {
    await using seen = await open('/images');
    const { page } = seen;
    await page.locator('main tbody tr, main .empty').first().waitFor();
    const before = await page.locator('main tbody').or(page.locator('main .empty')).first().textContent();
    await page.route('**/api/**', (route) => route.abort());
    await page.getByRole('button', { name: 'Register' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Image/ }).fill('alpine');
    await dialog.getByRole('button', { name: 'Register' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByRole('textbox', { name: /^Image/ }).inputValue()).toBe('alpine');
    await page.keyboard.press('Escape');
    await page.getByText('The server cannot be reached').waitFor();
    expect(await page.locator('main').textContent()).toContain(before);
    await page.unroute('**/api/**');
    await expect.poll(() => page.getByText('The server cannot be reached').count(), { timeout: 8000 }).toBe(0);
  });

  test('another server is a setting; one that does not answer is refused', async () => {
    await using seen = await open('/settings');
    const { page } = seen;
    await page.getByLabel('API endpoint').fill('http://127.0.0.1:9');
    await page.getByRole('button', { name: 'Check and save' }).click();
    await page.getByText('Not changed').waitFor();
    await page.getByLabel('API endpoint').fill(server.url);
    await page.getByRole('button', { name: 'Check and save' }).click();
    await expect.poll(() => stored(page, 'runvoy_endpoint')).toBe(JSON.stringify(server.url));
    await page.getByRole('radio', { name: 'Dark' }).check();
    await page.reload();
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark');
  });
});

function stored(page: Page, name: string): Promise<unknown> {
  return page.evaluate(`localStorage.getItem(${JSON.stringify(name)})`);
}
