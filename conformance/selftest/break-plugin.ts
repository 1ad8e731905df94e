import type { ProviderPlugin } from '@runvoy/core/provider';
import type { Fault } from './faults/support/fault.ts';
import { reference } from './reference/plugin.ts';

type Settings = Parameters<typeof reference.open>[0];
type Env = Record<string, string | undefined>;

/** The reference with one fault. */
export function breakPlugin(fault: Fault): ProviderPlugin {
  const deployments = new Map<string, Map<string, unknown>>();
  const broken: ProviderPlugin<{ settings: Settings; env: Env }> = {
    name: reference.name,
    contract: reference.contract,
    config: {
      '~standard': {
        version: 1,
        vendor: 'selftest',
        async validate(env) {
          const result = await reference.config['~standard'].validate(env as Env);
          return result.issues ? result : { value: { settings: result.value, env: env as Env } };
        },
      },
    },
    async open({ settings, env }, context) {
      const provider = await reference.open(settings, context);
      const shared = deployments.get(settings.MEMORY_DEPLOYMENT) ?? new Map<string, unknown>();
      deployments.set(settings.MEMORY_DEPLOYMENT, shared);
      return fault.break?.(provider, { ...context, shared, env }) ?? provider;
    },
  };
  return fault.plugin?.(broken as ProviderPlugin) ?? (broken as ProviderPlugin);
}
