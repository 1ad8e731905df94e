import type { OpenContext, Provider, ProviderPlugin } from '@runvoy/core/provider';
import type { Harness } from '../../../src/harness.ts';

/** What the broken connections to one deployment share, and where they are. */
export interface FaultContext extends OpenContext {
  /** The deployment's own: what one connection puts there, the others see. */
  shared: Map<string, unknown>;
  env: Record<string, string | undefined>;
}

/** One mistake that a real author makes, as a change of the reference provider. */
export interface Fault {
  id: string;
  /** What is wrong, in one sentence. */
  sentence: string;
  /** The id of the check that owns it, and must fail. Others may. */
  caughtBy: string;
  /** The broken connection. */
  break?(provider: Provider, context: FaultContext): Provider;
  /** For mistakes before there is a connection. */
  plugin?(plugin: ProviderPlugin): ProviderPlugin;
  harness?: Partial<Harness>;
}

type FacetName = 'store' | 'secrets' | 'tasks' | 'logs' | 'identities' | 'sockets' | 'backendLogs';

/** The provider with some methods of one facet replaced. */
export function replaceMethods<F extends FacetName>(
  provider: Provider,
  facet: F,
  methods: Partial<NonNullable<Provider[F]>>,
): Provider {
  return { ...provider, [facet]: { ...provider[facet], ...methods } };
}

/** Makes the faults of one facet short to write. */
export function faultsIn<F extends FacetName>(facet: F) {
  return (
    id: string,
    caughtBy: string,
    sentence: string,
    change: (methods: NonNullable<Provider[F]>, context: FaultContext) => Partial<NonNullable<Provider[F]>>,
  ): Fault => ({
    id: `${facet}.${id}`,
    caughtBy,
    sentence,
    break: (provider, context) =>
      replaceMethods(provider, facet, change(provider[facet] as NonNullable<Provider[F]>, context)),
  });
}

/** Something of a deployment, made when it is first asked for. */
export function sharedBy<T>({ shared }: FaultContext, name: string, make: () => T): T {
  if (!shared.has(name)) shared.set(name, make());
  return shared.get(name) as T;
}

/** Lets everybody else go first, as a round trip to a database does. */
export const roundTrip = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
