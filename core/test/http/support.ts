import { guardProvider } from '../../src/guard.ts';
import { type App, createApp } from '../../src/http/app.ts';
import type { RequestInfo } from '../../src/http/pipeline.ts';
import type { HttpSettings } from '../../src/http/settings.ts';
import type { Logger } from '../../src/provider.ts';
import { createRunvoy } from '../../src/runvoy.ts';
import type { Runvoy } from '../../src/services.ts';
import { hashApiKey } from '../../src/users/api-keys.ts';
import { createMemoryProvider, type MemoryProvider } from '../support/memory-provider.ts';

export const roles = ['admin', 'operator', 'developer', 'viewer'] as const;
export type TestRole = (typeof roles)[number];

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; `undefined` when there is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  json: any;
}

export interface CallOptions {
  /** Whose key to send; default: the admin's. */
  as?: TestRole | { key: string } | 'nobody';
  body?: unknown;
  /** Instead of `body`: sent as it is. */
  rawBody?: string | ReadableStream<Uint8Array>;
  headers?: Record<string, string>;
  info?: RequestInfo;
}

export interface TestApi {
  app: App;
  runvoy: Runvoy;
  provider: MemoryProvider;
  logged: { level: string; fields: Record<string, unknown>; message: string }[];
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export const keyOf = (role: string): string => `key-of-${role}-0123456789abcdef`;
export const emailOf = (role: string): string => `${role}@example.com`;

export const settings: HttpSettings = {
  corsOrigins: ['https://web.runvoy.site/', 'http://localhost:5173/'],
  maximumBodyBytes: 100_000,
  requestTimeoutSeconds: 20,
  requestsPerSecond: 0,
  trustedProxies: 0,
};

/** The real app on the real services on the provider in memory, with one user of every role. */
export async function createTestApi(
  options: {
    settings?: Partial<HttpSettings>;
    now?: () => number;
    change?: (runvoy: Runvoy) => Runvoy;
    backendLogs?: boolean;
  } = {},
): Promise<TestApi> {
  const now = options.now ?? Date.now;
  const provider = createMemoryProvider({ now });
  const logged: TestApi['logged'] = [];
  const write = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, fields: fields as Record<string, unknown>, message });
  const log: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const real = await createRunvoy({ provider: guardProvider(provider), log, defaultTimeoutSeconds: 3600, now });
  const runvoy = options.change?.(real) ?? real;
  for (const role of roles) await addUser(provider, role, now());
  const app = createApp({ runvoy, settings: { ...settings, ...options.settings }, log });
  return {
    app,
    runvoy,
    provider,
    logged,
    async call(method, path, { as = 'admin', body, rawBody, headers = {}, info } = {}) {
      const key = typeof as === 'object' ? as.key : keyOf(as);
      const response = await app.fetch(
        new Request(`http://runvoy.test${path}`, {
          method,
          headers: { ...(as !== 'nobody' && { 'X-API-Key': key }), ...headers },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          ...(rawBody !== undefined && { body: rawBody, duplex: 'half' }),
        }),
        info,
      );
      return answerOf(response);
    },
  };
}

export async function addUser(
  provider: MemoryProvider,
  role: string,
  createdAt: number,
  key = keyOf(role),
): Promise<void> {
  await provider.store.insert('users', {
    api_key_hash: hashApiKey(key),
    user_email: emailOf(role),
    role,
    created_at: createdAt,
    last_used: createdAt,
    revoked: false,
  });
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === '' ? undefined : JSON.parse(text),
  };
}

/** Registers an image as default, as nearly every run needs one. */
export async function registerImage(api: TestApi, image = 'alpine:latest'): Promise<string> {
  const { json } = await api.call('POST', '/api/v1/images/register', { body: { image, is_default: true } });
  return json.image_id;
}

/** Runs a command and gives the execution's id. */
export async function run(api: TestApi, as: TestRole = 'admin', body: Record<string, unknown> = {}): Promise<string> {
  const answer = await api.call('POST', '/api/v1/run', { as, body: { command: 'true', ...body } });
  if (answer.status !== 202) throw new Error(`run answered ${answer.status}: ${answer.text}`);
  return answer.json.execution_id;
}

/** The task of an execution prints lines and ends; the record follows. */
export async function finish(api: TestApi, id: string, lines: string[] = [], exitCode = 0): Promise<void> {
  const { provider, runvoy } = api;
  provider.control.runTask(id);
  const time = 1_763_573_454_000;
  await provider.logs.append(
    id,
    lines.map((text, index) => ({ id: `line-${index}`, time: time + index, stream: 'stdout' as const, text })),
    { end: true },
  );
  provider.control.endTask(id, { exitCode });
  await runvoy.executions.refresh({ executionId: id }, 'test-request');
}
