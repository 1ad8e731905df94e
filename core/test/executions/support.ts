import { createExecutions } from '../../src/executions/executions.ts';
import type { ImageDocument } from '../../src/provider.ts';
import type { Access, Executions, Images, RequestContext, RunInput, SecretStore } from '../../src/services.ts';
import { createMemoryProvider, type MemoryProvider, type MemoryProviderOptions } from '../support/memory-provider.ts';

export const context: RequestContext = {
  requestId: 'request-1',
  principal: { email: 'ana@example.com', role: 'developer' },
};

const image: ImageDocument = {
  image_id: 'tool:1-12345678',
  image: 'tool:1',
  image_registry: '',
  image_name: 'tool',
  image_tag: '1',
  is_default: true,
  cpu: 256,
  memory: 512,
  runtime_platform: 'Linux/X86_64',
  template_ref: 'template-1',
  owned_by: ['root@example.com'],
  created_at: 0,
  updated_at: 0,
};

export const input = (changes: Partial<RunInput> = {}): RunInput => ({
  command: { shell: 'true' },
  env: {},
  secrets: [],
  ...changes,
});

export interface Setup {
  provider: MemoryProvider;
  executions: Executions;
  clock: { now: number };
  revoked: Set<string>;
}

/** Executions over the memory provider, with one image, two secrets of which one may be used, and a clock that stands still. */
export function setUp(options: MemoryProviderOptions = {}): Setup {
  const clock = { now: 1_700_000_000_000 };
  const provider = createMemoryProvider({ now: () => clock.now, ...options });
  const revoked = new Set<string>();
  const access = {
    allows: (_principal: unknown, object: string) => !object.includes('forbidden'),
  } as unknown as Access;
  const images = { resolve: async () => image } as unknown as Images;
  const secrets = {
    find: async () => ({ owned_by: ['root@example.com'] }),
    reveal: async (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name.toUpperCase(), `value of ${name}`])),
  } as unknown as SecretStore;
  const silent = () => undefined;
  const executions = createExecutions({
    provider,
    access,
    images,
    secrets,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    now: () => clock.now,
    sleep: async (milliseconds) => {
      clock.now += milliseconds;
    },
    defaultTimeoutSeconds: 3600,
    isRevoked: async (email) => revoked.has(email),
    gaps: {
      fillGaps: async (executionId, call) => {
        for await (const lines of provider.logs.archive!(executionId, call))
          await provider.logs.append(executionId, lines, {}, call);
      },
      sawEnd: () => false,
    },
  });
  return { provider, executions, clock, revoked };
}
