import {
  type FakeServer,
  type ReceivedRequest,
  type Stream,
  type StreamSocket,
  startFakeServer,
} from './fake-server.ts';

export const executionId = '0123456789abcdef0123456789abcdef';

/** A server on which one execution exists, whose log stream does what `stream` says. */
export async function serveExecution(
  stream: Stream,
  routes: Parameters<typeof startFakeServer>[0] = {},
): Promise<FakeServer> {
  let url = '';
  const socketUrl = () => `${url.replace('http', 'ws')}/stream?execution_id=${executionId}&token=t`;
  const server = await startFakeServer(
    {
      'POST /api/v1/run': ({ body }: ReceivedRequest) => {
        const { command, argv } = body as { command?: string; argv?: string[] };
        return {
          status: 202,
          body: {
            execution_id: executionId,
            log_url: '',
            status: 'STARTING',
            command: command ?? argv?.join(' '),
            image_id: 'alpine:latest-c5c74c0e',
            websocket_url: socketUrl(),
          },
        };
      },
      [`GET /api/v1/executions/${executionId}/logs`]: () => ({
        body: { execution_id: executionId, events: null, status: 'RUNNING', websocket_url: socketUrl() },
      }),
      [`DELETE /api/v1/executions/${executionId}`]: {
        body: { execution_id: executionId, message: 'Execution termination initiated' },
      },
      ...routes,
    },
    stream,
  );
  url = server.url;
  return server;
}

export function status(socket: StreamSocket, name: string, detail?: string): void {
  socket.frame({
    type: 'status',
    execution_id: executionId,
    status: name,
    elapsed_ms: 0,
    ...(detail ? { detail } : {}),
  });
}

let position = 0;
/** A frame of lines; `text` ends with a newline. */
export function lines(
  socket: StreamSocket,
  stream: 'stdout' | 'stderr' | 'system',
  text: string,
  extra: { first?: number; time?: number | number[]; continues?: true; cursor?: string } = {},
): void {
  const count = text.split('\n').length - 1;
  socket.frame(
    { type: 'log', cursor: `c${++position}`, stream, first: 1, count, time: 1_763_573_454_123, ...extra },
    text,
  );
}

export function end(socket: StreamSocket, extra: object = {}): void {
  socket.frame({
    type: 'end',
    execution_id: executionId,
    status: 'SUCCEEDED',
    exit_code: 0,
    reason: 'exited',
    lines: 0,
    logs_complete: true,
    ...extra,
  });
}

/** The environment of a command line that uses this server. */
export function using(server: FakeServer, home = '/nonexistent'): Record<string, string> {
  return { RUNVOY_API_ENDPOINT: server.url, RUNVOY_API_KEY: 'test-key', RUNVOY_HOME: home };
}
