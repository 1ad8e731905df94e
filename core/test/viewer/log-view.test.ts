import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCuttingProxy } from '../../src/testing/cutting-proxy.ts';
import { launchChromium, skipWithoutBrowser } from './support/chromium.ts';
import { startViewerServer, type ViewerServer } from './support/viewer-server.ts';
import { visit } from './support/visit.ts';

describe.skipIf(skipWithoutBrowser)('the log view', () => {
  let server: ViewerServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startViewerServer(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });
  const context = { permissions: ['clipboard-read', 'clipboard-write'], viewport: { width: 1000, height: 700 } };
  const open = (id: string, hash = '') =>
    visit(browser, { ...server, path: `/logs?execution_id=${id}${hash}`, context });

  test('output stays text, whatever it looks like', async () => {
    const hostile = [
      '<img src=x onerror="document.title=1">',
      '<script>document.title = "owned"</script>',
      '</div></section><h1>not ours</h1>',
      '"><svg onload=alert(1)>',
      '&lt;b&gt; &amp;',
      'javascript:alert(1) https://example.org/"onmouseover="alert(1)',
    ];
    const id = await server.finish(
      `printf '%s\\n' ${hostile.map((line) => `'${line}'`).join(' ')}; ` +
        `printf '\\033]8;;javascript:alert(1)\\033\\\\link\\033]8;;\\033\\\\ \\033]0;owned\\007 \\033[8;1H\\n'`,
    );
    await using seen = await open(id);
    const { page } = seen;
    await page.getByText('The log is complete').waitFor();
    const texts = await page.locator('.log-layer .line-text').allTextContents();
    expect(texts.slice(0, hostile.length)).toEqual(hostile);
    expect(texts[hostile.length]).toMatch(/^link/);
    const elements = page.locator('.log-layer').locator('img, script, h1, svg, b');
    expect(await elements.count()).toBe(0);
    const links = await page.evaluate("[...document.querySelectorAll('.log-layer .line-text a')].map((a) => a.href)");
    expect(links).toEqual(['https://example.org/']);
    expect(await page.title()).not.toMatch(/owned|^1/);
  });

  test('what a terminal would show: colours, overwritten text, links, streams', async () => {
    const id = await server.finish(
      String.raw`printf '\033[31mred\033[0m \033[1;38;5;46mgreen\033[0m \033[38;2;10;20;30mblue\033[0m\n1%%\r50%%\r100%%\nsee https://example.org/a.\n'; echo bad >&2`,
    );
    await using seen = await open(id);
    const { page } = seen;
    await page.getByText('The log is complete').waitFor();
    await page.locator('.log-layer .sgr-foreground-1').getByText('red').waitFor();
    const green = await page.evaluate(`(() => {
      const { fontWeight, color } = getComputedStyle(document.querySelector('.log-layer .sgr-bold.sgr-foreground'));
      return { fontWeight, color };
    })()`);
    expect(green).toEqual({ fontWeight: '700', color: expect.stringMatching(/^oklch/) });
    expect(await page.locator('.log-layer .line-text').nth(1).textContent()).toBe('100%');
    expect(await page.locator('.log-layer .line-text a').getAttribute('href')).toBe('https://example.org/a');
    expect(await page.locator('.log-layer [data-stream=stderr]').textContent()).toContain('err');
  });

  test('pausing and following loses and repeats nothing', async () => {
    const count = 160;
    const id = await server.run(`i=1; while [ $i -le ${count} ]; do echo "line $i"; i=$((i+1)); sleep 0.01; done`);
    await using seen = await open(id);
    const { page } = seen;
    await linesShown(page, 60);
    await page.keyboard.press('f');
    await page.getByRole('button', { name: 'Follow' }).waitFor();
    const [top] = await page.locator('.log-layer .line-number').allTextContents();
    await page.getByRole('button', { name: /\d+ new/ }).waitFor();
    expect((await page.locator('.log-layer .line-number').allTextContents())[0]).toBe(top);
    await page.keyboard.press('f');
    await page.getByText(`line ${count}`, { exact: true }).waitFor();
    await page.getByText('The log is complete').waitFor();
    expect(await copied(page)).toBe(Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join(''));
    await page.getByText(`${count} lines`).waitFor();
  });

  test('scrolling up stops following, the end starts it again', async () => {
    const id = await server.run('seq 1 500; sleep 300');
    await using seen = await open(id);
    const { page } = seen;
    await page.getByText('500', { exact: true }).last().waitFor();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.locator('.log-viewport').hover();
    await page.mouse.wheel(0, -600);
    await page.getByRole('button', { name: 'Follow' }).waitFor();
    await page.keyboard.press('End');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await server.client.killExecution(id);
    await page.getByText('Stopped by a user').waitFor();
  });

  test('a server that goes and comes back is waited for', async () => {
    const count = 250;
    const id = await server.run(`i=1; while [ $i -le ${count} ]; do echo "line $i"; i=$((i+1)); sleep 0.01; done`);
    await using seen = await open(id);
    const { page } = seen;
    await linesShown(page, 50);
    await server.stop();
    await page.getByText('reconnecting, nothing will be missing').waitFor();
    // What was there is still there.
    await page.locator('.log-layer .log-row').first().waitFor();
    await server.start();
    await page.getByText('The log is complete').waitFor({ timeout: 20_000 });
    expect(await copied(page)).toBe(Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join(''));
    await expect.poll(() => page.getByText('cannot be reached').count()).toBe(0);
  });

  test('a connection that is cut again and again, to an endpoint elsewhere', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.log(`seed ${seed}`);
    let state = seed;
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    };
    const count = 60_000;
    const id = await server.finish(`seq -f 'a line with some words %.0f' 1 ${count}`);
    await using proxy = await startCuttingProxy(
      `http://127.0.0.1:${server.port}`,
      () => 80_000 + Math.floor(random() * 200_000),
    );
    await using seen = await visit(browser, { ...server, path: '/settings', context });
    const { page } = seen;
    await page.getByLabel('API endpoint').fill(`${proxy.url}/`);
    await page.getByRole('button', { name: 'Check and save' }).click();
    await expect.poll(() => page.evaluate(`localStorage.getItem('runvoy_endpoint')`)).not.toBeNull();
    await page.goto(`/logs?execution_id=${id}`);
    await page.getByText('The log is complete').waitFor({ timeout: 20_000 });
    expect(proxy.cuts).toBeGreaterThan(3);
    const text = await copied(page);
    expect(text.split('\n')).toHaveLength(count + 1);
    expect(text).toBe(Array.from({ length: count }, (_, index) => `a line with some words ${index + 1}\n`).join(''));
  });

  test('permalinks: a line, several, and back', async () => {
    const id = await server.finish('seq 1 2000');
    await using seen = await open(id, '#L1234');
    const { page } = seen;
    const selected = page.locator('.log-layer .selected .line-text');
    await expect.poll(() => selected.allTextContents()).toEqual(['1234']);
    await page.locator('.log-layer [data-line="1236"] .line-number').click({ modifiers: ['Shift'] });
    await page.waitForURL(/#L1234-L1236$/);
    await expect.poll(() => selected.allTextContents()).toEqual(['1234', '1235', '1236']);
    await page.getByRole('button', { name: 'Copy 3 lines' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await clipboard(page)).toBe('1234\n1235\n1236\n');
    await page.locator('.log-layer [data-line="1240"] .line-number').click();
    await page.waitForURL(/#L1240$/);
    await page.locator('.log-layer [data-line="1240"] .line-number').click();
    await page.waitForURL(/execution_id=\w+$/);
    // And without a mouse.
    await page.keyboard.press('/');
    await page.keyboard.type(':77');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#L77$/);
    await expect.poll(() => selected.allTextContents()).toEqual(['77']);
  });

  test('search counts, steps and marks', async () => {
    const id = await server.finish('seq 1 3000; printf "an \\033[31mer\\033[0mror, an ERROR\\n"');
    await using seen = await open(id);
    const { page } = seen;
    await page.getByText('The log is complete').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('99');
    const numbers = Array.from({ length: 3000 }, (_, index) => String(index + 1));
    const lines = numbers.filter((number) => number.includes('99')).length;
    const matches = numbers.reduce((sum, number) => sum + (number.match(/99/g)?.length ?? 0), 0);
    await page.getByText(matches === lines ? `of ${lines} lines` : `of ${lines} lines · ${matches} matches`).waitFor();
    await page.keyboard.press('Enter');
    const at = async () =>
      Number((await page.locator('#search-result').textContent())!.split(' ')[0]!.replace(',', ''));
    const before = await at();
    await page.keyboard.press('Shift+Enter');
    expect(await at()).toBe(before === 1 ? lines : before - 1);
    expect(await page.locator('.log-layer .current mark').first().textContent()).toBe('99');
    await page.getByLabel('Search the log').fill('error');
    await page.getByText('1 of 1 line · 2 matches').waitFor();
    expect((await page.locator('.log-layer .current mark').allTextContents()).join('|')).toBe('er|ror|ERROR');
    await page.getByLabel('Match case').click();
    await page.getByText('1 of 1 line', { exact: true }).waitFor();
    await page.getByLabel('Regular expression').click();
    await page.getByLabel('Search the log').fill('^[12]0{3}$');
    await page.getByText('of 2 lines').waitFor();
    await page.getByLabel('Search the log').fill('(');
    await expect.poll(() => page.getByLabel('Search the log').getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.log-layer mark').count()).toBe(0);
  });

  test('downloads are what was printed, byte for byte', async () => {
    const id = await server.finish(
      `printf 'a\\r\\nb\\tc\\n\\n\\033[31mred\\033[0m\\n'; printf 'bad\\n' >&2; printf 'no newline at the end'`,
    );
    await using seen = await open(id);
    const { page } = seen;
    await page.getByText('The log is complete').waitFor();
    const download = async (what: string) => {
      await page.locator('summary', { hasText: 'Download' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: what, exact: true }).click(),
      ]);
      return readFileSync(await file.path(), 'utf8');
    };
    expect(await download('Standard output')).toBe('a\r\nb\tc\n\n\x1b[31mred\x1b[0m\nno newline at the end\n');
    expect(await download('Standard error')).toBe('bad\n');
    expect((await download('Everything')).length).toBe(
      'a\r\nb\tc\n\n\x1b[31mred\x1b[0m\nbad\nno newline at the end\n'.length,
    );
  });

  test('wrapped or not, timed or not, the last line is the last', async () => {
    const id = await server.finish(
      `for i in $(seq 1 200); do printf 'row %d ' $i; head -c $((i * 13 % 900)) /dev/zero | tr '\\0' x; echo; done; echo the very end`,
    );
    await using seen = await open(id);
    const { page } = seen;
    const gap = () =>
      page.evaluate<number>(`(() => {
        const view = document.querySelector('.log-viewport').getBoundingClientRect();
        const bar = document.querySelector('.log-viewport').clientHeight;
        return view.top + bar - [...document.querySelectorAll('.log-layer .log-row')].at(-1).getBoundingClientRect().bottom;
      })()`);
    await page.getByText('the very end', { exact: true }).waitFor();
    await expect.poll(async () => Math.abs(await gap())).toBeLessThan(3);
    await page.keyboard.press('w');
    await page.keyboard.press('End');
    await expect.poll(async () => Math.abs(await gap())).toBeLessThan(3);
    await page.getByText('the very end', { exact: true }).waitFor();
    await expect
      .poll(() =>
        page.evaluate(
          `(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.log-viewport'))`,
        ),
      )
      .toBe(0);
    await expect.poll(async () => Math.abs(await gap())).toBeLessThan(3);
    await page.keyboard.press('t');
    await expect
      .poll(() => page.locator('.log-layer .line-time').first().textContent())
      .toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
    await page.keyboard.press('t');
    await expect.poll(() => page.locator('.log-layer .line-time').first().textContent()).toMatch(/^\+\d:\d\d\.\d{3}$/);
    await page.keyboard.press('End');
    await expect.poll(async () => Math.abs(await gap())).toBeLessThan(3);
    await page.keyboard.press('Home');
    await page.getByText(/^row 1 /).waitFor();

    // Wrapping and the width of the window leave the line at the top where it is.
    const top = () =>
      page.evaluate(`(() => {
        const { top } = document.querySelector('.log-viewport').getBoundingClientRect();
        return [...document.querySelectorAll('.log-layer .log-row')].find((row) => row.getBoundingClientRect().bottom > top + 1)?.dataset.line;
      })()`);
    await page.keyboard.press('/');
    await page.keyboard.type(':90');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.log-layer .selected').count()).toBe(1);
    await page.locator('.log-viewport').focus();
    const before = await top();
    await page.setViewportSize({ width: 700, height: 700 });
    await expect.poll(top).toBe(before);
    await page.keyboard.press('w');
    await expect.poll(top).toBe(before);
  });

  test('while it starts, what for and how long; in the end why, what to do, and what is missing', async () => {
    const id = await server.run('sleep 300');
    await using seen = await open('');
    const { page } = seen;
    let send: (frame: object, text?: string) => void = () => undefined;
    await page.routeWebSocket(/\/stream\?/, (socket) => {
      send = (frame, text = '') => socket.send(`${JSON.stringify(frame)}\n${text}`);
      send({ type: 'status', execution_id: id, status: 'STARTING', detail: 'pulling the image', elapsed_ms: 65_000 });
    });
    await page.goto(`/logs?execution_id=${id}`);
    await page.getByText('Starting: pulling the image').waitFor();
    await page.getByText(/^1 min \d+ s$/).waitFor();
    send({ type: 'log', cursor: 'x', stream: 'system', first: 1, count: 1, time: Date.now() }, 'a line\n');
    await page.locator('.log-layer [data-stream=system]').getByText('a line').waitFor();
    expect(await page.getByText('Starting: pulling the image').count()).toBe(0);
    const end = { execution_id: id, status: 'FAILED', exit_code: 1, reason: 'start-failed', lines: 1 };
    send({ type: 'end', ...end, reason_detail: 'manifest unknown', logs_complete: false });
    await page.getByText('Never started').waitFor();
    await page.getByText('exit code 1 · manifest unknown').waitFor();
    await page.getByText('Correct what is named here').waitFor();
    await page.getByText('The log is incomplete').waitFor();
    await server.client.killExecution(id);
  });

  test('an execution that there is not, and one that is not given', async () => {
    await using seen = await open('0'.repeat(32));
    const { page } = seen;
    await page.getByText('The log cannot be shown').waitFor();
    await page.getByText(/execution not found/i).waitFor();
    await page.goto('/logs');
    await page.getByLabel('Execution id').waitFor();
  });
});

/** Waits until so many lines have come. */
async function linesShown(page: Page, count: number): Promise<void> {
  const last = `Number([...document.querySelectorAll('.log-layer .line-number')].at(-1)?.textContent ?? 0)`;
  await expect.poll(() => page.evaluate<number>(last), { timeout: 10_000 }).toBeGreaterThanOrEqual(count);
}

async function copied(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  return clipboard(page);
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate<string>('navigator.clipboard.readText()');
}
