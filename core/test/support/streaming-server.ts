import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describeFailure } from '../../src/http/failure.ts';
import { readLogEvents } from '../../src/logs/log-events.ts';
import { type ExecutionDocument, type LogLine, type Logs, RunvoyError } from '../../src/provider.ts';
import type { Executions } from '../../src/services.ts';
import { createStreams, type StreamSettings, type Streams } from '../../src/sockets/streams.ts';
import { attachWebSockets } from '../../src/sockets/websocket-adapter.ts';
import { createMemoryProvider } from './memory-provider.ts';

export const executionId = '0123456789abcdef0123456789abcdef';
export const token = 'good-token';

export interface StreamingServer extends AsyncDisposable {
  logs: Logs;
  streams: Streams;
  url: string;
  port: number;
  /** The record; assign with `change`. */
  execution(): ExecutionDocument;
  change(fields: Partial<ExecutionDocument>, options?: { silently?: boolean }): void;
  append(texts: readonly string[], options?: { stream?: LogLine['stream']; time?: number }): Promise<void>;
  /** Everything is in the log, then the record is final. */
  finish(fields?: Partial<ExecutionDocument>): Promise<void>;
  /** Cuts every open connection, as a lost network does. */
  cut(): void;
  sockets: Set<Socket>;
  /** Requests of URLs for the stream so far. */
  urlRequests(): number;
  /** Tokens that are accepted from now on. */
  setToken(token: string): void;
  restart(): Promise<void>;
}

export interface StreamingServerOptions {
  now?: () => number;
  settings?: StreamSettings;
  logs?: Logs;
}

/** Streams over real sockets, with the log in memory and a record that the test changes. */
export async function startStreamingServer(options: StreamingServerOptions = {}): Promise<StreamingServer> {
  const now = options.now ?? Date.now;
  const provider = createMemoryProvider({ now });
  const logs = options.logs ?? provider.logs;
  const listeners = new Set<(execution: ExecutionDocument) => void>();
  let execution: ExecutionDocument = {
    execution_id: executionId,
    created_by: 'ana@example.com',
    owned_by: ['ana@example.com'],
    command: 'true',
    image_id: 'host',
    status: 'RUNNING',
    started_at: now(),
    compute_platform: 'memory',
  };
  let valid = token;
  const executions = {
    async openStream(id: string, given: string) {
      if (id !== executionId) throw new RunvoyError('NOT_FOUND', 'execution not found', { field: 'execution_id' });
      if (given === 'foreign') throw new RunvoyError('FORBIDDEN', 'this token is for another execution');
      if (given !== valid) throw new RunvoyError('UNAUTHORIZED', 'the stream token is not valid', { field: 'token' });
      return { execution, principal: { email: 'ana@example.com', role: 'admin' } };
    },
    status: async () => ({ execution, ...(execution.status === 'STARTING' && { detail: 'pulling the image' }) }),
    onChange(_id: string, listener: (execution: ExecutionDocument) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Executions;
  let urlRequests = 0;
  let appended = 0;
  const sockets = new Set<Socket>();
  let streams = createStreams({
    runvoy: { executions },
    logs,
    now,
    ...(options.settings && { settings: options.settings }),
  });
  let port = 0;

  function listen(): Promise<Server> {
    const server = createServer(async (request, response) => {
      const json = (status: number, body: unknown) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      };
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname.endsWith('/logs')) {
        urlRequests++;
        const id = url.pathname.split('/').at(-2);
        if (id !== executionId) return json(404, { error: 'execution not found', code: 'NOT_FOUND' });
        const after = url.searchParams.get('after') ?? undefined;
        const read = (range: { after?: string }) => logs.read(executionId, range);
        const page = await readLogEvents(read, executionId, { limit: 1, ...(after && { after }) }).catch((error) => {
          const { status, body } = describeFailure(error, undefined, 'r');
          json(status, body);
        });
        if (!page) return;
        return json(200, {
          execution_id: executionId,
          events: page.events,
          status: execution.status,
          websocket_url: `ws://${request.headers.host}/stream?execution_id=${executionId}&token=${valid}`,
          next: page.next,
        });
      }
      json(404, { error: 'not found', code: 'NOT_FOUND' });
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    server.on('upgrade', attachWebSockets(streams));
    return new Promise((resolve) => {
      server.listen(port, '127.0.0.1', () => {
        port = (server.address() as AddressInfo).port;
        resolve(server);
      });
    });
  }

  const stop = async (): Promise<void> => {
    await streams.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  let server = await listen();

  const self: StreamingServer = {
    logs,
    get streams() {
      return streams;
    },
    get url() {
      return `ws://127.0.0.1:${port}/stream?execution_id=${executionId}&token=${valid}`;
    },
    get port() {
      return port;
    },
    sockets,
    execution: () => execution,
    change(fields, { silently = false } = {}) {
      execution = { ...execution, ...fields };
      if (!silently) for (const listener of listeners) listener(execution);
    },
    async append(texts, { stream = 'stdout', time = 1_700_000_000_000 } = {}) {
      await logs.append(
        executionId,
        texts.map((text) => ({ id: String(appended++), time, stream, text })),
      );
    },
    async finish(fields = {}) {
      await logs.append(executionId, [], { end: true });
      self.change({ status: 'SUCCEEDED', exit_code: 0, reason: 'exited', logs_complete: true, ...fields });
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    urlRequests: () => urlRequests,
    setToken(next) {
      valid = next;
    },
    async restart() {
      await stop();
      streams = createStreams({
        runvoy: { executions },
        logs,
        now,
        ...(options.settings && { settings: options.settings }),
      });
      server = await listen();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await provider.close();
    },
  };
  return self;
}
