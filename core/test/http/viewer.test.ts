import { describe, expect, test } from 'vitest';
import { viewerServer } from '../../src/http/viewer/serve-viewer.ts';
import type { ViewerFile } from '../../src/http/viewer/viewer-files.ts';
import { viewerPaths } from '../../src/http/viewer/viewer-paths.ts';
import { createTestApi } from './support.ts';

const file = (type: string, text: string): ViewerFile => ({
  type,
  bytes: new TextEncoder().encode(text),
  gzipped: new TextEncoder().encode(`gzip of ${text}`),
});
const files = new Map([
  ['/index.html', file('text/html; charset=utf-8', 'the page')],
  ['/assets/viewer-ABC.js', file('text/javascript; charset=utf-8', 'the code')],
  ['/favicon.svg', file('image/svg+xml', 'the icon')],
]);
const serve = viewerServer(() => files);
const get = (path: string, init: RequestInit = {}) => serve(new Request(`http://runvoy.test${path}`, init), path);

describe('files of the viewer', () => {
  test.each([...viewerPaths, '/logs/', '/executions/'])('%s is the page', async (path) => {
    const response = get(path)!;
    expect(await response.text()).toBe('the page');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  test('assets never change under their name', async () => {
    const response = get('/assets/viewer-ABC.js')!;
    expect(await response.text()).toBe('the code');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  test('a strict policy, and no frame around it', () => {
    for (const path of ['/', '/assets/viewer-ABC.js', '/favicon.svg']) {
      const { headers } = get(path)!;
      const policy = headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  test('compressed for those who understand it', async () => {
    const response = get('/', { headers: { 'accept-encoding': 'br, gzip' } })!;
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    expect(await response.text()).toBe('gzip of the page');
  });

  test('HEAD has the headers and no body', async () => {
    const response = get('/', { method: 'HEAD' })!;
    expect(response.headers.get('content-length')).toBe('8');
    expect(await response.text()).toBe('');
  });

  test.each(['/api/v1/health', '/unknown', '/assets/', '/assets/none.js', '/assets/../index.html', '/index.html'])(
    '%s is not its',
    (path) => {
      expect(serve(new Request('http://runvoy.test/'), path)).toBeUndefined();
    },
  );

  test('nothing but reading', () => {
    expect(get('/', { method: 'POST' })).toBeUndefined();
  });

  test('where it was not built, there is no page', () => {
    expect(viewerServer(() => undefined)(new Request('http://runvoy.test/'), '/')).toBeUndefined();
  });
});

test('the API is found before the viewer, and what is neither is said in JSON', async () => {
  const api = await createTestApi();
  expect((await api.call('GET', '/api/v1/health', { as: 'nobody' })).json.status).toBe('ok');
  const unknown = await api.call('GET', '/unknown', { as: 'nobody' });
  expect([unknown.status, unknown.json.code]).toEqual([404, 'NOT_FOUND']);
});
