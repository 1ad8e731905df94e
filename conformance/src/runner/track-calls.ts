import type { Provider } from '@runvoy/core/provider';
import type { Waits } from './waits.ts';

/**
 * The provider with every call that is under way among `waits`: a call that hangs is named even if the check names nothing.
 * Once `over` aborts, every call but `close` throws, so that a check whose time was up does not go on for ever.
 */
export function trackCalls(provider: Provider, waits: Waits, over: AbortSignal): Provider {
  const trackMember = (object: object, key: PropertyKey, prefix: string): unknown => {
    const value: unknown = Reflect.get(object, key);
    const name = `${prefix}${String(key)}`;
    if (typeof value === 'function')
      return (...args: unknown[]) => {
        if (name !== 'close') over.throwIfAborted();
        const result: unknown = value.apply(object, args);
        if (result instanceof Promise) return handled(waits.during(name, result));
        return isIterable(result) ? trackIterable(result, name, waits) : result;
      };
    return facets.has(key) && typeof value === 'object' && value !== null ? track(value, `${name}.`) : value;
  };

  const track = <T extends object>(object: T, prefix: string): T =>
    // Over an empty object: what a provider has frozen may not be answered differently by a proxy of it.
    new Proxy({} as T, {
      get: (_empty, key) => trackMember(object, key, prefix),
      has: (_empty, key) => key in object,
      ownKeys: () => Reflect.ownKeys(object),
      getOwnPropertyDescriptor: (_empty, key) => ({
        value: trackMember(object, key, prefix),
        enumerable: true,
        configurable: true,
      }),
    });
  return track(provider, '');
}

const facets = new Set<PropertyKey>(['store', 'secrets', 'tasks', 'logs', 'identities', 'sockets', 'backendLogs']);

/** A check that fails leaves calls behind that nobody waits for: those are no crash of the provider. */
function handled<T>(call: Promise<T>): Promise<T> {
  call.catch(() => undefined);
  return call;
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function trackIterable<T>(iterable: AsyncIterable<T>, name: string, waits: Waits): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = iterable[Symbol.asyncIterator]();
      return {
        next: (...args) => handled(waits.during(`${name}: the next page`, Promise.resolve(iterator.next(...args)))),
        return: async (value) =>
          iterator.return
            ? waits.during(`${name}: the end, after the consumer broke off`, Promise.resolve(iterator.return(value)))
            : { done: true, value },
      };
    },
  };
}
