import { isRunvoyError, RunvoyError } from '../contract/errors.ts';
import type { OpenContext, Provider, ProviderPlugin } from '../contract/plugin.ts';
import { wrongSettings } from './settings.ts';

const facets = ['capabilities', 'store', 'secrets', 'tasks', 'logs', 'identities'] as const;
const methods = ['decode', 'classify', 'close'] as const;

/**
 * Reads the provider's settings and connects. Rejects with CONFIGURATION_INVALID, which names every variable that is wrong, and
 * with SERVICE_UNAVAILABLE when it takes longer than it may.
 */
export async function openProvider(
  plugin: ProviderPlugin,
  env: Record<string, string | undefined>,
  context: OpenContext,
  initTimeoutSeconds: number,
): Promise<Provider> {
  const config = await plugin.config['~standard'].validate(env);
  if (config.issues)
    throw wrongSettings(config.issues.map(({ path = [], message }) => ({ path: path.map(keyOf), message })));
  const opening = Promise.resolve().then(() => plugin.open(config.value, context));
  const provider = await within(initTimeoutSeconds, opening, plugin.name).catch((error: unknown) => {
    throw isRunvoyError(error)
      ? error
      : new RunvoyError('SERVICE_UNAVAILABLE', `provider ${plugin.name} could not be opened: ${String(error)}`, {
          cause: error,
        });
  });
  const missing = [
    ...facets.filter((facet) => typeof provider[facet] !== 'object'),
    ...methods.filter((method) => typeof provider[method] !== 'function'),
  ];
  if (missing.length === 0) return provider;
  throw new RunvoyError('CONFIGURATION_INVALID', `provider ${plugin.name} lacks ${missing.join(', ')}`, {
    remedy: 'See the interface Provider in @runvoy/core/provider.',
  });
}

async function within(seconds: number, opening: Promise<Provider>, name: string): Promise<Provider> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new RunvoyError('SERVICE_UNAVAILABLE', `provider ${name} did not open within ${seconds} s`, {
        field: 'RUNVOY_INIT_TIMEOUT',
        remedy: 'Check that its cloud can be reached from here, or give it more time.',
      }),
    );
    // Nobody will use what still comes.
    opening.then((provider) => provider.close()).catch(() => undefined);
  }, seconds * 1000);
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A path's segment is a key, or an object with one. */
function keyOf(segment: PropertyKey | { key: PropertyKey }): PropertyKey {
  return typeof segment === 'object' ? segment.key : segment;
}
