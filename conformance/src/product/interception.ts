import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  defineProvider,
  type Provider,
  type ProviderEvent,
  type ProviderPlugin,
  type Tasks,
} from '@runvoy/core/provider';
import type { Deployment } from '../harness.ts';

type Start = Tasks['start'];
type Listen = NonNullable<Provider['listen']>;

/** What a scenario does to the provider of its server: the cloud's notifications, and starts that break off. */
export class Interception {
  /** `hold`: until `release`. */
  notifications: 'pass' | 'drop' | 'repeat' | 'hold' = 'pass';
  /** In place of `tasks.start`. */
  start: ((start: Start, ...call: Parameters<Start>) => ReturnType<Start>) | undefined;
  readonly #held: ProviderEvent[] = [];
  readonly #injected = new WeakMap<object, ProviderEvent[]>();
  #deliver: ((raw: unknown) => Promise<void>) | undefined;

  get heldCount(): number {
    return this.#held.length;
  }

  /** Delivers what was held back, each by itself, in the order that `arrange` gives. */
  async release(arrange: (held: ProviderEvent[]) => ProviderEvent[] = (held) => held): Promise<void> {
    this.notifications = 'pass';
    for (const event of arrange(this.#held.splice(0))) await this.inject(event);
  }

  /** Delivers an event as if the cloud had told of it. */
  async inject(event: ProviderEvent): Promise<void> {
    const raw = {};
    this.#injected.set(raw, [event]);
    await this.#deliver?.(raw);
  }

  /** The plugin with this in between. Only what is told of tasks is touched: lines are not hints. */
  plugin(plugin: ProviderPlugin, deployment: Deployment): ProviderPlugin {
    return defineProvider({
      ...plugin,
      open: async (config, context) => this.#wrap(await plugin.open(config, context), deployment),
    });
  }

  #wrap(provider: Provider, deployment: Deployment): Provider {
    const listen = provider.listen?.bind(provider) ?? pumpOf(deployment) ?? untilTheEnd;
    const tasks = forward(provider.tasks, {
      start: (...call: Parameters<Start>) =>
        this.start ? this.start((...given) => provider.tasks.start(...given), ...call) : provider.tasks.start(...call),
    });
    return forward(provider, {
      tasks,
      decode: async (raw: unknown, call?: Parameters<Provider['decode']>[1]) =>
        this.#injected.get(raw as object) ?? this.#pass(await provider.decode(raw, call)),
      listen: (deliver: (raw: unknown) => Promise<void>, call: { signal?: AbortSignal }) => {
        this.#deliver = deliver;
        return listen(deliver, call);
      },
    });
  }

  #pass(events: ProviderEvent[]): ProviderEvent[] {
    return events.flatMap((event) => (event.type === 'task-changed' ? this.#passHint(event) : [event]));
  }

  #passHint(event: ProviderEvent): ProviderEvent[] {
    switch (this.notifications) {
      case 'pass':
        return [event];
      case 'drop':
        return [];
      case 'repeat':
        return [event, event, event];
      case 'hold':
        this.#held.push(event);
        return [];
    }
  }
}

/** The same object with some members replaced; methods are called on the object itself, which may be of a class. */
function forward<T extends object>(target: T, replaced: object): T {
  return new Proxy(target, {
    get(_target, name) {
      if (name in replaced) return Reflect.get(replaced, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    has: (_target, name) => name in replaced || name in target,
  });
}

const pumpMilliseconds = 20;

/** Where the cloud calls us, the harness has what it sent: it is handed on as a push endpoint would. */
function pumpOf({ delivered }: Deployment): Listen | undefined {
  if (!delivered) return undefined;
  return async (deliver, { signal = new AbortController().signal }) => {
    let taken = 0;
    const pending = new Set<Promise<void>>();
    while (!signal.aborted) {
      const all = await delivered();
      // A cloud does not wait with one notification until another has been dealt with.
      for (const raw of all.slice(taken)) {
        const delivery = deliver(raw).finally(() => pending.delete(delivery));
        pending.add(delivery);
      }
      taken = all.length;
      await delay(pumpMilliseconds, undefined, { signal }).catch(() => undefined);
    }
    await Promise.allSettled(pending);
  };
}

/** Nothing comes but what a scenario injects. */
const untilTheEnd: Listen = async (_deliver, { signal }) => {
  if (signal && !signal.aborted) await once(signal, 'abort');
};
