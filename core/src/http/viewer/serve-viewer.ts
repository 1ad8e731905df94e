import { readViewerFiles, type ViewerFile } from './viewer-files.ts';
import { viewerPaths } from './viewer-paths.ts';
import { viewerFramePolicy, viewerPolicy } from './viewer-policy.ts';

const pages: ReadonlySet<string> = new Set(viewerPaths);
const assets = '/assets/';

/**
 * Answers requests for the viewer's pages and files; `undefined` for everything else. The files are read when the first of
 * them is asked for, and stay in memory, compressed too.
 */
export function viewerServer(read = readViewerFiles): (request: Request, path: string) => Response | undefined {
  let files: ReturnType<typeof read> | 'unread' = 'unread';
  return ({ method, headers }, path) => {
    if (method !== 'GET' && method !== 'HEAD') return undefined;
    const page = pages.has(path.length > 1 ? path.replace(/\/$/, '') : path);
    if (!page && !path.startsWith(assets) && path !== '/favicon.svg') return undefined;
    if (files === 'unread') files = read();
    const file = files?.get(page ? '/index.html' : path);
    return file && respond(file, headers, method, path.startsWith(assets));
  };
}

function respond({ type, bytes, gzipped }: ViewerFile, headers: Headers, method: string, forEver: boolean): Response {
  const zips = /\bgzip\b/.test(headers.get('accept-encoding') ?? '');
  const body = zips ? gzipped : bytes;
  return new Response(method === 'HEAD' ? null : body, {
    headers: {
      'Content-Type': type,
      'Content-Length': String(body.length),
      ...(zips && { 'Content-Encoding': 'gzip' }),
      Vary: 'Accept-Encoding',
      // The names of assets change with their content.
      'Cache-Control': forEver ? 'public, max-age=31536000, immutable' : 'no-cache',
      'Content-Security-Policy': `${viewerPolicy}; ${viewerFramePolicy}`,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    },
  });
}
