import type { HttpSettings } from './settings.ts';

const encoder = new TextEncoder();

/**
 * Makes the responses of one server: all carry the request id and upstream's CORS headers. A plain record of headers and a
 * text as body is the form that the Node adapter writes out without building `Headers` or a stream first.
 */
export function createResponder({ corsOrigins }: Pick<HttpSettings, 'corsOrigins'>) {
  const origins = new Set(corsOrigins.map(withoutTrailingSlash));
  const allowsAll = origins.has('*');

  const headersFor = (origin: string | null, requestId: string): Record<string, string> => {
    const headers: Record<string, string> = {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Request-Id': requestId,
      Vary: 'Origin',
      'Access-Control-Allow-Methods': 'GET, POST, PUT, DELETE, OPTIONS',
      'Access-Control-Allow-Headers': 'Content-Type, X-API-Key',
      'Access-Control-Max-Age': '3600',
      'Access-Control-Expose-Headers': 'X-Request-Id, X-Next-Cursor, Retry-After',
    };
    if (origin !== null && (allowsAll || origins.has(withoutTrailingSlash(origin))))
      headers['Access-Control-Allow-Origin'] = origin;
    return headers;
  };

  return {
    headersFor,
    /** Ends with a newline, as upstream's encoder does. */
    json(status: number, value: unknown, headers: Record<string, string>): Response {
      return new Response(`${JSON.stringify(value)}\n`, { status, headers });
    },
    empty(status: number, headers: Record<string, string>): Response {
      const { 'Content-Type': _, ...others } = headers;
      return new Response(null, { status, headers: others });
    },
  };
}

export type Responder = ReturnType<typeof createResponder>;

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

function withoutTrailingSlash(origin: string): string {
  return origin.endsWith('/') ? origin.slice(0, -1) : origin;
}
