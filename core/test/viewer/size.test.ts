import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { viewerPolicy } from '../../src/http/viewer/viewer-policy.ts';
import { buildViewer } from '../../viewer/build.ts';

const folder = mkdtempSync(join(tmpdir(), 'runvoy-viewer-build-'));
beforeAll(() => buildViewer(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const maximumBytes = 120 * 1024;

test('all code and styles together have less than 120 KiB when compressed', () => {
  const sizes = readdirSync(join(folder, 'assets')).map(
    (name) => [name, gzipSync(readFileSync(join(folder, 'assets', name))).length] as const,
  );
  const sum = sizes.reduce((total, [, bytes]) => total + bytes, 0);
  expect(sum, JSON.stringify(sizes)).toBeLessThan(maximumBytes);
  expect(sum).toBeGreaterThan(10_000);
});

test('the page has nothing inline, loads nothing from elsewhere, and carries the policy itself', () => {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(page).toContain(`content="${viewerPolicy}"`);
  expect(page).not.toMatch(/<style|style="|\son\w+=|<script(?![^>]*src="\/assets\/)/);
  expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)).toEqual([
    '/favicon.svg',
    expect.stringMatching(/^\/assets\/style-\w+\.css$/),
    expect.stringMatching(/^\/assets\/viewer-\w+\.js$/),
  ]);
  expect(viewerPolicy).not.toMatch(/unsafe/);
});

test('building again changes nothing', async () => {
  const before = readdirSync(folder, { recursive: true });
  await buildViewer(folder);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});
