import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, skipWithoutBrowser } from './chromium.ts';
import { startViewerServer, type ViewerServer } from './viewer-server.ts';
import { screenshot, visit } from './visit.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Case {
  name: string;
  path: string;
  /** There is something to look at. */
  ready(page: Page): Promise<unknown>;
}

export interface Look {
  colorScheme: 'light' | 'dark';
  width: number;
}

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name, exact: true }).waitFor();

const cases: Case[] = [
  { name: 'claim', path: '/claim#some-token', ready: heading('Sign in') },
  { name: 'run', path: '/', ready: (page) => page.getByText('database-password').waitFor() },
  { name: 'executions', path: '/executions', ready: (page) => page.locator('tbody tr').nth(2).waitFor() },
  {
    name: 'log',
    path: '/logs?execution_id={colours}#L3-L4',
    ready: (page) => page.getByText('The log is complete').waitFor(),
  },
  {
    name: 'log-failed',
    path: '/logs?execution_id={failed}',
    ready: (page) => page.getByText('exit code 127').waitFor(),
  },
  { name: 'log-running', path: '/logs?execution_id={running}', ready: (page) => page.getByText('Live').waitFor() },
  { name: 'images', path: '/images', ready: (page) => page.locator('main table, main .empty').waitFor() },
  { name: 'secrets', path: '/secrets', ready: (page) => page.getByText('PGPASSWORD').waitFor() },
  { name: 'users', path: '/users', ready: (page) => page.getByText('Not claimed yet').waitFor() },
  {
    name: 'health',
    path: '/health',
    async ready(page) {
      await page.getByRole('button', { name: 'Reconcile now' }).click();
      await page.getByRole('heading', { name: 'Users and owners' }).waitFor();
    },
  },
  { name: 'trace', path: '/trace?request_id=none', ready: (page) => page.getByText('Nothing is known').waitFor() },
  {
    name: 'api',
    path: '/api',
    async ready(page) {
      await page.getByText('/api/v1/run', { exact: true }).click();
      await page.getByRole('heading', { name: 'Body' }).waitFor();
    },
  },
  {
    name: 'settings',
    path: '/settings',
    ready: (page) => page.getByText('local', { exact: false }).first().waitFor(),
  },
  {
    name: 'help',
    path: '/executions',
    async ready(page) {
      await page.locator('tbody tr').first().waitFor();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'secret-dialog',
    path: '/secrets',
    async ready(page) {
      await page.getByRole('button', { name: 'Store a secret' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
];

/** Looks at every page: axe finds nothing, no page is wider than its window, and a picture is kept where one is asked for. */
export function describePages(looks: readonly Look[]): void {
  describe.skipIf(skipWithoutBrowser)('every page', () => {
    let server: ViewerServer;
    let browser: Browser;
    const ids = { colours: '', running: '', failed: '' };

    beforeAll(async () => {
      [server, browser] = await Promise.all([startViewerServer(), launchChromium()]);
      const { client } = server;
      ids.colours = await server.finish(
        String.raw`for c in 0 1 2 3 4 5 6 7; do printf "\033[3"$c"m colour $c\033[0m \033[9"$c"m bright $c\033[0m \033[4"$c"m on $c \033[0m \033[7;3"$c"m inverse $c \033[0m\n"; done; printf '\033[2mfaint\033[0m \033[38;2;255;255;0myellow\033[0m \033[38;5;17mnavy\033[0m see https://example.org/\n'; echo 'on standard error' >&2; seq 1 200`,
      );
      ids.failed = await server.finish('echo "psql: error: connection refused" >&2; exit 127');
      ids.running = await server.run('seq 1 20; sleep 600');
      await client.createSecret({
        name: 'database-password',
        key_name: 'PGPASSWORD',
        value: 'correct horse',
        description: 'Of reports',
      });
      await client.createUser({ email: 'ben@example.com', role: 'developer' });
      await client.createUser({ email: 'dora@example.com', role: 'viewer' });
      await client.revokeUser('dora@example.com');
    });
    afterAll(async () => {
      if (ids.running) await server.client.killExecution(ids.running);
      await browser?.close();
      await server?.[Symbol.asyncDispose]();
    });

    test.each(looks)('$colorScheme, $width pixels wide', { timeout: 120_000 }, async ({ colorScheme, width }) => {
      await using seen = await visit(browser, {
        ...server,
        path: '/settings',
        context: { colorScheme, reducedMotion: 'reduce', viewport: { width, height: width < 500 ? 740 : 800 } },
      });
      const { page } = seen;
      const found: Record<string, unknown> = {};
      for (const { name, path, ready } of cases) {
        await page.goto(path.replace(/\{(\w+)\}/, (_, key: keyof typeof ids) => ids[key]));
        await ready(page);
        await page.evaluate(axe);
        const violations = await page.evaluate<unknown[]>(
          `axe.run(document, { runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] }).then(({ violations }) =>
            violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html.slice(0, 160) + ' ' + node.failureSummary) })))`,
        );
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        if (violations.length > 0) found[name] = violations;
        if (overflow > 0) found[`${name} is too wide`] = overflow;
        await screenshot(page, `${name}-${colorScheme}-${width}`);
      }
      expect(found).toEqual({});
      seen.expectNoViolations();
    });
  });
}
