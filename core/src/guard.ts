import { type ErrorCode, errorCodes, isRunvoyError, RunvoyError } from './contract/errors.ts';
import type { Logs } from './contract/logs.ts';
import type { Provider } from './contract/plugin.ts';

/** Calls that may be repeated because doing them twice is doing them once. */
const repeatable = new Set([
  'store.get',
  'store.query',
  'store.remove',
  'secrets.put',
  'secrets.reveal',
  'secrets.remove',
  'secrets.list',
  'tasks.prepare',
  'tasks.forget',
  'tasks.templates',
  'tasks.start',
  'tasks.inspect',
  'tasks.stop',
  'tasks.list',
  'logs.append',
  'logs.read',
  'logs.ended',
  'identities.exists',
]);

/**
 * The provider as the rest of core uses it: every failure is a `RunvoyError` whose message shows nothing of the SDK's (the raw
 * error is its `cause`), and what a repetition may cure is repeated, with backoff and jitter.
 */
export function guardProvider(provider: Provider): Provider {
  const wrapError = (call: string, error: unknown): RunvoyError => {
    if (isRunvoyError(error)) return error;
    const code = codeOf(provider, call, error);
    return new RunvoyError(code, describe(code, call, provider.name), {
      cause: error,
    });
  };
  const guardFacet = <F extends object>(facet: F, name: string): F => {
    const guarded: Record<string, unknown> = {};
    for (const method of methodNames(facet)) {
      const call = `${name}.${method}`;
      const invoke = (facet as Record<string, (...args: unknown[]) => Promise<unknown>>)[method]!.bind(facet);
      const mayRepeat = repeatable.has(call);
      guarded[method] = async (...args: unknown[]) => {
        try {
          return await invoke(...args);
        } catch (error) {
          const wrapped = wrapError(call, error);
          if (!mayRepeat || !mayHelp(wrapped)) throw wrapped;
          return repeat(wrapped, async () => {
            try {
              return await invoke(...args);
            } catch (again) {
              throw wrapError(call, again);
            }
          });
        }
      };
    }
    return guarded as F;
  };
  const iterate = async function* <T>(call: string, open: () => AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* open();
    } catch (error) {
      throw wrapError(call, error);
    }
  };

  const { logs } = provider;
  const guardedLogs: Logs = {
    ...guardFacet(logs, 'logs'),
    watch: (...args) => iterate('logs.watch', () => logs.watch(...args)),
    ...(logs.archive && { archive: (...args) => iterate('logs.archive', () => logs.archive!(...args)) }),
  };
  return {
    name: provider.name,
    capabilities: provider.capabilities,
    store: guardFacet(provider.store, 'store'),
    secrets: guardFacet(provider.secrets, 'secrets'),
    tasks: guardFacet(provider.tasks, 'tasks'),
    logs: guardedLogs,
    identities: guardFacet(provider.identities, 'identities'),
    sockets: provider.sockets,
    backendLogs: provider.backendLogs,
    plumbing: provider.plumbing && guardFacet(provider.plumbing, 'plumbing'),
    defaultImage: provider.defaultImage,
    defaultPlatform: provider.defaultPlatform,
    region: provider.region,
    receive: provider.receive?.bind(provider),
    listen: provider.listen?.bind(provider),
    claimServer: provider.claimServer?.bind(provider),
    decode: provider.decode.bind(provider),
    classify: provider.classify.bind(provider),
    close: provider.close.bind(provider),
  };
}

function codeOf(provider: Provider, call: string, error: unknown): ErrorCode {
  if (error instanceof Error && error.name === 'AbortError') return 'CANCELLED';
  return provider.classify(error) ?? (call.startsWith('store.') ? 'DATABASE_ERROR' : 'INTERNAL_ERROR');
}

const sentences: Partial<Record<ErrorCode, string>> = {
  CANCELLED: 'the call was cancelled',
  DATABASE_ERROR: 'the metadata store does not answer',
  THROTTLED: 'the cloud is throttling requests',
  CAPACITY_EXCEEDED: 'the cloud has no capacity, or a quota is used up',
  PERMISSION_DENIED: 'the cloud refused the identity of this server',
  STORAGE_FULL: 'the storage is full',
  SERVICE_UNAVAILABLE: 'the cloud service does not answer',
};

function describe(code: ErrorCode, call: string, provider: string): string {
  return `${sentences[code] ?? 'the provider failed'} (${call} of provider ${provider})`;
}

/** Methods of plain objects and of class instances alike. */
function methodNames(facet: object): string[] {
  const names = new Set<string>();
  for (let level: object | null = facet; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) {
      if (name !== 'constructor' && typeof (facet as Record<string, unknown>)[name] === 'function') names.add(name);
    }
  }
  return [...names];
}

/** Between repetitions. */
const longestPauseMilliseconds = 1000;

/** Whether a repetition within a moment may succeed: not when the error says that it takes longer. */
const mayHelp = ({ code, retryAfterSeconds = 0 }: RunvoyError): boolean =>
  errorCodes[code].retry && retryAfterSeconds * 1000 <= longestPauseMilliseconds;

async function repeat<T>(first: RunvoyError, attempt: () => Promise<T>): Promise<T> {
  const { default: pRetry } = await import('p-retry');
  let pending: RunvoyError | undefined = first;
  return pRetry(
    async () => {
      if (pending) {
        const error = pending;
        pending = undefined;
        throw error;
      }
      return attempt();
    },
    {
      retries: 3,
      minTimeout: 50,
      maxTimeout: longestPauseMilliseconds,
      randomize: true,
      shouldRetry: ({ error }) => isRunvoyError(error) && mayHelp(error),
    },
  );
}
