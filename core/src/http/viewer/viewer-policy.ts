/**
 * What the viewer's page may load: nothing but its own files, and connections. Those may go to other servers, because the
 * endpoint is a setting and a gateway's sockets have another host than the API; unencrypted ones only to this machine
 * (`'self'` covers the socket of the same host). Nothing inline, and no text ever becomes markup or code.
 */
export const viewerPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' https: wss: http://localhost:* ws://localhost:* http://127.0.0.1:* ws://127.0.0.1:*",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Has no effect in a page's own `<meta>`, so that it is only in the header. */
export const viewerFramePolicy = "frame-ancestors 'none'";
