import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, skipWithoutBrowser } from './support/chromium.ts';
import { startViewerServer, type ViewerServer } from './support/viewer-server.ts';
import { type Visit, visit } from './support/visit.ts';

const lines = 1_000_000;
const filler =
  'processing record of the nightly import, table orders, partition 2026-11-26, worker eu-west-1c-07, retry 0 ok';

interface Frames {
  frames: number;
  median: number;
  p95: number;
  worst: number;
}

/** Counts the times between frames while something goes on in the page. */
const startFrames = `{ const mine = window.frames_ = []; let last;
requestAnimationFrame(function next(now) { if (last !== undefined) mine.push(now - last); last = now;
  if (window.frames_ === mine) requestAnimationFrame(next); }); }`;
const stopFrames = `(() => { const f = window.frames_.sort((a, b) => a - b); window.frames_ = undefined;
  const at = (q) => f[Math.min(f.length - 1, Math.floor(f.length * q))];
  return { frames: f.length, median: at(0.5), p95: at(0.95), worst: at(1) }; })()`;

describe.skipIf(skipWithoutBrowser)('a log of a million lines', () => {
  let server: ViewerServer;
  let browser: Browser;
  let seen: Visit;

  beforeAll(async () => {
    server = await startViewerServer();
    const id = await server.finish(`seq -f '%07.0f ${filler}' 1 ${lines}`);
    browser = await launchChromium();
    seen = await visit(browser, { ...server, path: `/logs?execution_id=${id}` });
  });
  afterAll(async () => {
    await seen?.[Symbol.asyncDispose]();
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  test('comes whole, scrolls smoothly, is searched, and stays small', { timeout: 300_000 }, async () => {
    const { page } = seen;
    const started = performance.now();
    await page.getByText(`${lines.toLocaleString('en-GB')} lines`).waitFor({ timeout: 120_000 });
    const loadSeconds = (performance.now() - started) / 1000;
    const viewport = page.locator('.log-viewport');
    const topLine = () => page.locator('.log-layer .line-number').first().textContent();

    // The wheel, one turn after the other, as a hand turns it.
    await viewport.hover();
    await page.keyboard.press('Home');
    await page.evaluate(startFrames);
    for (let turn = 0; turn < 120; turn++) await page.mouse.wheel(0, 300);
    const wheel = await page.evaluate<Frames>(stopFrames);

    // The scroll bar, dragged from one end to the other: most of what comes into view has to be fetched again.
    await page.evaluate(startFrames);
    await page.evaluate(`new Promise((resolve) => {
      const element = document.querySelector('.log-viewport');
      const height = element.scrollHeight - element.clientHeight;
      let step = 0;
      requestAnimationFrame(function next() {
        element.scrollTop = (height * step++) / 240;
        if (step <= 240) requestAnimationFrame(next); else resolve();
      });
    })`);
    const drag = await page.evaluate<Frames>(stopFrames);

    await page.evaluate(`{ const v = document.querySelector('.log-viewport'); v.scrollTop = v.scrollHeight / 2; }`);
    const complete = `document.querySelectorAll('.log-layer .log-row').length > 10 && !document.querySelector('.log-row[data-missing]')`;
    await expect.poll(() => page.evaluate<boolean>(complete), { timeout: 30_000 }).toBe(true);
    const middle = Number(await topLine());
    await expect(page.locator('.log-layer .line-text').first().textContent()).resolves.toContain(filler);

    const searchStarted = performance.now();
    await page.keyboard.press('/');
    await page.keyboard.type('0999999 processing');
    await page.getByText('1 of 1 line', { exact: true }).waitFor({ timeout: 60_000 });
    const searchSeconds = (performance.now() - searchStarted) / 1000;
    expect(await page.locator('.log-layer .current').textContent()).toContain('0999999 processing');

    const heapMebibytes = await heapOf(seen);
    const rendererMebibytes = await rendererOf(browser);
    console.log(
      JSON.stringify(
        { lines, loadSeconds, wheel, drag, middle, searchSeconds, heapMebibytes, rendererMebibytes },
        null,
        1,
      ),
    );
    expect(middle).toBeGreaterThan(lines * 0.4);
    expect(middle).toBeLessThan(lines * 0.6);
    expect(heapMebibytes).toBeLessThan(300);
    expect(rendererMebibytes).toBeLessThan(300 + emptyRendererMebibytes);
    // A shared machine drops frames whatever the page does; most of them must come in time.
    expect(wheel.median).toBeLessThan(1000 / 60 + 2);
    expect(drag.median).toBeLessThan(1000 / 60 + 2);
  });
});

/** Of a renderer that shows an empty page, with what it shares with the browser. */
const emptyRendererMebibytes = 120;

async function heapOf({ page }: Visit): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = (await session.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return Math.round((usedSize + backingStorageSize) / 2 ** 20);
}

/** The largest resident set of the browser's renderers. */
async function rendererOf(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  return Math.round(Math.max(...sizes));
}
