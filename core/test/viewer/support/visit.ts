import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

export interface VisitOptions {
  url: string;
  /** Signed in with it. */
  apiKey?: string;
  path?: string;
  context?: BrowserContextOptions;
}

export interface Visit extends AsyncDisposable {
  page: Page;
  /** What no page may ever do: break its own policy, or throw. */
  expectNoViolations(): void;
}

/** A page in a browser profile of its own. */
export async function visit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const { url, apiKey, path = '/', context: settings } = options;
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB', timezoneId: 'Europe/Berlin', ...settings });
  context.setDefaultTimeout(10_000);
  if (apiKey !== undefined) {
    const script = `localStorage.setItem('runvoy_api_key', ${JSON.stringify(JSON.stringify(apiKey))})`;
    await context.addInitScript(`if (!sessionStorage.seeded) { ${script}; sessionStorage.seeded = '1'; }`);
  }
  const violations: string[] = [];
  await context.addInitScript(
    `addEventListener('securitypolicyviolation', (e) => console.error('Content Security Policy: ' + e.violatedDirective + ' ' + e.blockedURI))`,
  );
  const page = await context.newPage();
  page.on('pageerror', (error) => violations.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Trusted/i.test(message.text()))
      violations.push(message.text());
  });
  await page.goto(path);
  return {
    page,
    expectNoViolations() {
      expect(violations).toEqual([]);
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      expect(violations).toEqual([]);
    },
  };
}

/** Kept for whoever wants to look at the pages: CI sets the folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.RUNVOY_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
