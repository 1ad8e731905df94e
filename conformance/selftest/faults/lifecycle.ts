import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type CallOptions, type Provider, RunvoyError } from '@runvoy/core/provider';
import { facetCalls } from '../../src/checks/lifecycle/calls.ts';
import { type Fault, replaceMethods } from './support/fault.ts';
import { withFolder } from './support/with-folder.ts';

type AnyMethod = (...args: unknown[]) => unknown;
type AnyFacet = Record<string, AnyMethod>;

/** The provider with every method, or one, of its facets wrapped. */
function wrapMethods(provider: Provider, wrap: (name: string, method: AnyMethod) => AnyMethod | undefined): Provider {
  return facetNames.reduce((wrapped, facet) => {
    const methods = Object.entries((provider[facet] ?? {}) as unknown as AnyFacet).flatMap(([key, method]) => {
      const replacement = typeof method === 'function' ? wrap(`${facet}.${key}`, method) : undefined;
      return replacement ? [[key, replacement]] : [];
    });
    return replaceMethods(wrapped, facet, Object.fromEntries(methods));
  }, provider);
}

const facetNames = ['store', 'secrets', 'tasks', 'logs', 'identities', 'sockets', 'backendLogs'] as const;

const isCall = (value: unknown): value is CallOptions =>
  (value as CallOptions | undefined)?.signal instanceof AbortSignal;
const signalOf = (args: unknown[]) => args.filter(isCall)[0]?.signal;

/** What every method of the contract gets wrong in one of the same three ways. */
const methodFaults: readonly Fault[] = facetCalls.flatMap(
  ({ name }) =>
    [
      {
        id: `${name}.ignores-aborted`,
        caughtBy: `lifecycle.already-aborted.${name}`,
        sentence: `${name} does not look at a signal that is aborted already.`,
        break: (provider) =>
          wrapMethods(provider, (method, invoke) =>
            method === name ? (...args) => invoke(...args.filter((arg) => !isCall(arg))) : undefined,
          ),
      },
      {
        id: `${name}.leaks-abort`,
        caughtBy: `lifecycle.aborted-meanwhile.${name}`,
        sentence: `${name}, aborted meanwhile, rejects with the error of the SDK.`,
        break: (provider) =>
          wrapMethods(provider, (method, invoke) => {
            if (method !== name) return undefined;
            if (name === 'logs.archive')
              return async function* (...args) {
                await sdkCall(signalOf(args));
                yield* invoke(...args) as AsyncIterable<unknown>;
              };
            return async (...args) => {
              await sdkCall(signalOf(args));
              return invoke(...args);
            };
          }),
      },
      {
        id: `${name}.outlives-close`,
        caughtBy: `lifecycle.after-close.${name}`,
        sentence: `${name} works on after close.`,
        break: (provider) => {
          let isClosed = false;
          const closed = () => new RunvoyError('SERVICE_UNAVAILABLE', 'the provider is closed');
          const guarded = wrapMethods(provider, (method, invoke) => {
            if (method === name || method.endsWith('.write')) return undefined;
            if (method === 'logs.watch' || method === 'logs.archive')
              return async function* (...args) {
                if (isClosed) throw closed();
                yield* invoke(...args) as AsyncIterable<unknown>;
              };
            return async (...args) => {
              if (isClosed) throw closed();
              return invoke(...args);
            };
          });
          return {
            ...guarded,
            async close() {
              isClosed = true;
            },
          };
        },
      },
    ] satisfies Fault[],
);

/** An SDK that notices an abort, and says so in its own words. */
async function sdkCall(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2));
  if (signal?.aborted) throw new Error('socket hang up');
}

const closing = (
  what: string,
  id: string,
  sentence: string,
  make: (provider: Provider, shared: Map<string, unknown>) => Provider,
): Fault => ({
  id: `close.${id}`,
  caughtBy: `lifecycle.close.${what}`,
  sentence,
  break: (provider, { shared }) => make(provider, shared),
});

export const lifecycleFaults: readonly Fault[] = [
  ...methodFaults,
  closing('twice', 'twice-fails', 'Closing twice fails.', (provider) => {
    let isClosed = false;
    return {
      ...provider,
      async close() {
        if (isClosed) throw new Error('the client is already closed');
        isClosed = true;
        await provider.close();
      },
    };
  }),
  closing('unused', 'unused-hangs', 'Closing waits for the connection, which only the first use opens.', (provider) => {
    const used = Promise.withResolvers<void>();
    const tracked = wrapMethods(provider, (method, invoke) =>
      method.startsWith('store.')
        ? (...args) => {
            used.resolve();
            return invoke(...args);
          }
        : undefined,
    );
    return {
      ...tracked,
      async close() {
        await Promise.race([used.promise, new Promise((resolve) => setTimeout(resolve, 30_000).unref())]);
        await provider.close();
      },
    };
  }),
  closing('leaves-nothing', 'leaves-a-timer', 'A timer that open has started runs on after close.', (provider) => {
    const timer = setInterval(() => undefined, 1000);
    // Ends by itself one day, so that it does not hold up the process that runs this.
    setTimeout(() => clearInterval(timer), 30_000).unref();
    return provider;
  }),
  closing('others-go-on', 'closes-all', 'Closing one connection closes what all share.', (provider, shared) => ({
    ...wrapMethods(provider, (method, invoke) =>
      method.startsWith('store.') || method.startsWith('secrets.')
        ? async (...args) => {
            if (shared.has('closed')) throw new RunvoyError('SERVICE_UNAVAILABLE', 'the pool is closed');
            return invoke(...args);
          }
        : undefined,
    ),
    async close() {
      shared.set('closed', true);
      await provider.close();
    },
  })),
  closing('opened-again', 'forgets', 'What was not flushed is lost when the provider is closed.', (provider) => {
    const written: string[] = [];
    return {
      ...replaceMethods(provider, 'secrets', {
        async put(name, ...rest) {
          await provider.secrets.put(name, ...rest);
          written.push(name);
        },
      }),
      async close() {
        for (const name of written.splice(0)) await provider.secrets.remove(name);
        await provider.close();
      },
    };
  }),
  closing('tasks-go-on', 'stops-tasks', 'close ends the tasks that were started.', (provider) => ({
    ...provider,
    async close() {
      for (const task of await provider.tasks.list().catch(() => [])) await provider.tasks.stop(task);
      await provider.close();
    },
  })),
  {
    id: 'close.leaves-a-file',
    caughtBy: 'lifecycle.close.leaves-no-file',
    sentence: 'A file that the first use has opened stays open after close.',
    harness: withFolder((folder) => {
      for (const file of openFiles.get(folder) ?? []) closeSync(file);
    }),
    break(provider, context) {
      const folder = context.env.MEMORY_FOLDER!;
      openFiles.set(folder, [...(openFiles.get(folder) ?? []), openSync(join(folder, 'data'), 'a')]);
      return provider;
    },
  },
];

/** By folder, to be closed after all when the world goes down. */
const openFiles = new Map<string, number[]>();
