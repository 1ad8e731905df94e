import { isRunvoyError, type ProviderPlugin } from '@runvoy/core/provider';
import { checkPlugin } from '@runvoy/core/testing';
import type { Harness } from '../harness.ts';
import { DeploymentError } from './create-world.ts';
import { suiteError } from './suite-error.ts';

/** The harness's plugin, checked as core checks one. Rejects with CONFIGURATION_INVALID. */
export async function loadPlugin({ plugin }: Harness): Promise<ProviderPlugin> {
  try {
    return checkPlugin({ default: typeof plugin === 'function' ? await plugin() : plugin }, 'plugin of the harness');
  } catch (error) {
    throw cannotRun(error, 'of the harness');
  }
}

/** Why not even a first world came up, and whose fault that is. */
export function cannotRun(error: unknown, name: string): Error {
  if (error instanceof DeploymentError)
    return suiteError(error.message, {
      field: 'harness.world',
      remedy: 'Make harness.world resolve to { env } by itself first; worldSeconds of the harness gives it more time.',
      cause: error.cause,
    });
  const why = isRunvoyError(error) ? `${error.code}: ${error.message}` : String(error);
  const remedy = isRunvoyError(error) && error.remedy ? ` ${error.remedy}` : '';
  return suiteError(`the provider ${name} cannot be tried: ${why}`, {
    field: 'harness.plugin',
    remedy: `The suite opens it as runvoy does, with the environment that harness.world gives.${remedy}`,
    cause: error,
  });
}
