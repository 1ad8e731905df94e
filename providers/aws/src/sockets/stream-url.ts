/** Where clients open sockets, however the endpoint is written; without TLS only on this machine. */
export function streamUrl(endpoint: string): string {
  const isLocal = /^(ws|http):\/\/(127\.0\.0\.1|localhost)[:/]/.test(endpoint);
  return `${isLocal ? 'ws' : 'wss'}://${endpoint.replace(/^(wss?|https?):\/\//, '').replace(/\/+$/, '')}`;
}
