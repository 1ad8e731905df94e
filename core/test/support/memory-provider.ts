import {
  type Capabilities,
  type ErrorCode,
  type Identities,
  type LogLine,
  type Logs,
  type Provider,
  RunvoyError,
  type Tasks,
} from '../../src/provider.ts';
import { createMemoryBackendLogs } from './memory-backend-logs.ts';
import { decodeMemoryEvent } from './memory-events.ts';
import { createMemoryLogState, createMemoryLogs } from './memory-logs.ts';
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
  /** What every call waits for first, as for a network. Without it nothing else happens while calls follow each other. */
  roundTrip?: () => Promise<void>;
  /** Tasks of another kind: those that `control` moves are then not used. */
  tasks?: (parts: MemoryParts) => Tasks;
}

/** What tasks need of the deployment that they are part of. */
export interface MemoryParts {
  now: () => number;
  identities: Identities;
  logs: Logs;
  /** Adds to what `logs.archive` gives. */
  archive(executionId: string, lines: readonly LogLine[]): void;
  /** Delivers a notification to whoever listens. */
  emit(raw: unknown): Promise<void>;
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

/** What several connections, as those of several servers, share. */
export interface MemoryDeployment {
  connect(): MemoryProvider;
  readonly control: MemoryControl;
}

/** The contract, to the letter, in memory: a deployment with one connection to it. */
export function createMemoryProvider(options: MemoryProviderOptions = {}): MemoryProvider {
  return createMemoryDeployment(options).connect();
}

export function createMemoryDeployment(options: MemoryProviderOptions = {}): MemoryDeployment {
  const now = options.now ?? Date.now;
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

  const knownIdentities = new Set<string>();
  const identities = {
    exists: async (name: string) => capabilities.identities === true && knownIdentities.has(name),
  };
  const archives = new Map<string, LogLine[]>();
  const pushed = new Map<string, string[]>();
  const gone = new Set<string>();
  const logState = createMemoryLogState();
  const store = createMemoryStore(now);
  const secrets = createMemorySecrets(now);
  const backendLogs = createMemoryBackendLogs(now);
  const sockets = createMemorySockets(pushed, gone);
  const { tasks, control } = createMemoryTasks(now, identities);
  let server: object | undefined;

  const emit = async (raw: unknown) => {
    await Promise.all([...listeners].map((deliver) => deliver(raw)));
  };
  const wholeControl: MemoryControl = Object.assign(control, {
    emit,
    fail: (facetMethod: string, error: unknown, times = 1, skip = 0) => {
      const waiting = failures.get(facetMethod) ?? [];
      failures.set(facetMethod, [...waiting, ...Array(skip).fill(undefined), ...Array(times).fill({ error })]);
    },
    calls,
    identities: knownIdentities,
    archives,
    pushed,
    gone,
  });
  const parts: MemoryParts = {
    now,
    identities,
    emit,
    logs: createMemoryLogs(new AbortController().signal, archives, logState),
    archive: (executionId, lines) => {
      archives.set(executionId, [...(archives.get(executionId) ?? []), ...lines]);
    },
  };
  const usedTasks = options.tasks?.(parts) ?? tasks;

  const connect = (): MemoryProvider => {
    const closing = new AbortController();

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
        // `backendLogs.write` neither throws nor is waited for.
        if (typeof method !== 'function' || key === 'write') return [key, method];
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
            if (options.roundTrip) await options.roundTrip();
            return method(...args);
          },
        ];
      });
      return Object.fromEntries(wrapped) as F;
    };

    const archive = capabilities.archive === true ? archives : undefined;
    return {
      name: 'memory',
      capabilities,
      region: 'nowhere',
      ...(options.defaultPlatform !== undefined && { defaultPlatform: options.defaultPlatform }),
      ...(options.defaultImage !== undefined && { defaultImage: options.defaultImage }),
      store: facet('store', store),
      secrets: facet('secrets', secrets),
      tasks: facet('tasks', usedTasks),
      logs: facet('logs', createMemoryLogs(closing.signal, archive, logState)),
      identities: facet('identities', identities),
      ...(options.gateway && { sockets: facet('sockets', sockets) }),
      backendLogs: facet('backendLogs', backendLogs),

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

      async claimServer() {
        enter('claimServer', []);
        if (server !== undefined && server !== closing)
          throw new RunvoyError('CONFLICT', `another connection of process ${process.pid} serves this deployment`, {
            remedy: 'Stop that one first.',
          });
        server = closing;
      },

      classify: (error) => (error instanceof MemoryFailure ? error.failure : undefined),

      async close() {
        closing.abort();
        if (server === closing) server = undefined;
      },

      control: wholeControl,
    };
  };
  return { connect, control: wholeControl };
}
