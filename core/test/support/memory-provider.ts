import { type Capabilities, type ErrorCode, type LogLine, type Provider, RunvoyError } from '../../src/provider.ts';
import { createMemoryBackendLogs } from './memory-backend-logs.ts';
import { decodeMemoryEvent } from './memory-events.ts';
import { createMemoryLogs } from './memory-logs.ts';
import { createMemorySecrets } from './memory-secrets.ts';
import { createMemorySockets } from './memory-sockets.ts';
import { createMemoryStore } from './memory-store.ts';
import { createMemoryTasks, type TaskControl } from './memory-tasks.ts';

export interface MemoryProviderOptions {
  now?: () => number;
  /** Over the defaults: everything but `timeouts` and `masking`. */
  capabilities?: Partial<Capabilities>;
  /** A gateway holds the sockets: the provider has the `sockets` facet. */
  gateway?: boolean;
  defaultImage?: string;
  defaultPlatform?: string;
}

export interface MemoryControl extends TaskControl {
  /** Delivers a notification to whoever listens; for `decode` to understand it: `{ type: 'memory', event }`. */
  emit(raw: unknown): Promise<void>;
  /** The next calls of one method, e.g. `store.insert`, reject with this and have no effect; `skip` calls go well before. */
  fail(facetMethod: string, error: unknown, times?: number, skip?: number): void;
  /** How often each method was called, e.g. `calls['store.get']`. Tests may reset entries. */
  calls: Record<string, number>;
  /** Names that `identities.exists` knows. */
  identities: Set<string>;
  /** What `logs.archive` gives. */
  archives: Map<string, LogLine[]>;
  /** Texts pushed by connection, with `gateway`; a connection in `gone` is closed for good. */
  pushed: Map<string, string[]>;
  gone: Set<string>;
}

export interface MemoryProvider extends Provider {
  readonly control: MemoryControl;
}

/** A raw error that {@link createMemoryProvider}'s `classify` knows, as an SDK's would be. */
export class MemoryFailure extends Error {
  readonly failure: ErrorCode;
  constructor(failure: ErrorCode, message = `memory provider: ${failure}`) {
    super(message);
    this.failure = failure;
  }
}

/** The contract, to the letter, in memory. */
export function createMemoryProvider(options: MemoryProviderOptions = {}): MemoryProvider {
  const now = options.now ?? Date.now;
  const closing = new AbortController();
  const listeners = new Set<(raw: unknown) => Promise<void>>();
  const failures = new Map<string, ({ error: unknown } | undefined)[]>();
  const calls: Record<string, number> = {};

  const capabilities: Capabilities = {
    images: true,
    timeouts: { no: 'a task in memory ends only when a test ends it' },
    outOfMemory: true,
    stdin: { maximumBytes: 1024 * 1024 },
    masking: { no: 'nothing here prints' },
    archive: true,
    identities: true,
    ...options.capabilities,
  };

  const enter = (method: string, args: unknown[]): void => {
    calls[method] = (calls[method] ?? 0) + 1;
    if (closing.signal.aborted) throw new RunvoyError('SERVICE_UNAVAILABLE', 'the provider is closed');
    const call = args.at(-1) as { signal?: unknown } | null | undefined;
    if (call?.signal instanceof AbortSignal && call.signal.aborted)
      throw new RunvoyError('CANCELLED', 'the call was aborted');
    const failure = failures.get(method)?.shift();
    if (failure) throw failure.error;
  };

  /** The facet with counting, failures, cancellation and the end at `close` in front of every method. */
  const facet = <F extends object>(name: string, methods: F): F => {
    const wrapped = Object.entries(methods).map(([key, method]) => {
      if (typeof method !== 'function') return [key, method];
      const title = `${name}.${key}`;
      if (key === 'watch' || key === 'archive')
        return [
          key,
          async function* (...args: unknown[]) {
            enter(title, args);
            yield* method(...args);
          },
        ];
      return [
        key,
        async (...args: unknown[]) => {
          enter(title, args);
          return method(...args);
        },
      ];
    });
    return Object.fromEntries(wrapped) as F;
  };

  const knownIdentities = new Set<string>();
  const identities = facet('identities', {
    exists: async (name: string) => capabilities.identities === true && knownIdentities.has(name),
  });
  const archives = new Map<string, LogLine[]>();
  const { tasks, control } = createMemoryTasks(now, identities);
  const pushed = new Map<string, string[]>();
  const gone = new Set<string>();

  return {
    name: 'memory',
    capabilities,
    region: 'nowhere',
    ...(options.defaultPlatform !== undefined && { defaultPlatform: options.defaultPlatform }),
    ...(options.defaultImage !== undefined && {
      defaultImage: options.defaultImage,
    }),
    store: facet('store', createMemoryStore(now)),
    secrets: facet('secrets', createMemorySecrets(now)),
    tasks: facet('tasks', tasks),
    logs: facet('logs', createMemoryLogs(closing.signal, capabilities.archive === true ? archives : undefined)),
    identities,
    ...(options.gateway && {
      sockets: facet('sockets', createMemorySockets(pushed, gone)),
    }),
    backendLogs: facet('backendLogs', createMemoryBackendLogs(now)),

    async decode(raw, call) {
      enter('decode', [call]);
      return decodeMemoryEvent(raw);
    },

    async listen(deliver, call) {
      enter('listen', [call]);
      listeners.add(deliver);
      const end = AbortSignal.any([closing.signal, ...(call.signal ? [call.signal] : [])]);
      if (!end.aborted) await new Promise((resolve) => end.addEventListener('abort', resolve, { once: true }));
      listeners.delete(deliver);
    },

    classify: (error) => (error instanceof MemoryFailure ? error.failure : undefined),

    async close() {
      closing.abort();
    },

    control: Object.assign(control, {
      emit: async (raw: unknown) => {
        await Promise.all([...listeners].map((deliver) => deliver(raw)));
      },
      fail: (facetMethod: string, error: unknown, times = 1, skip = 0) => {
        const waiting = failures.get(facetMethod) ?? [];
        failures.set(facetMethod, [...waiting, ...Array(skip).fill(undefined), ...Array(times).fill({ error })]);
      },
      calls,
      identities: knownIdentities,
      archives,
      pushed,
      gone,
    }),
  };
}
