import type { Transport } from '@runvoy/core/client';

/** For --verbose: a line for each request. Paths may hold a claim token, which is as good as a key. */
export function withRequestLog(transport: Transport, say: (text: string) => void): Transport {
  return {
    async request(request) {
      const started = performance.now();
      const path = request.path.replace(/(\/claim\/)[^/?]+/, '$1…');
      const took = () => `${Math.round(performance.now() - started)} ms`;
      try {
        const response = await transport.request(request);
        const id = response.headers['x-request-id'];
        say(`${request.method} ${path}: ${response.status}, ${took()}${id ? `, request ID ${id}` : ''}`);
        return response;
      } catch (error) {
        say(`${request.method} ${path}: ${(error as Error).message}, ${took()}`);
        throw error;
      }
    },
    openSocket(url) {
      say('opening the log stream');
      return transport.openSocket(url);
    },
    close: () => transport.close(),
  };
}
