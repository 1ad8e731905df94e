import type { ProviderPlugin } from '@runvoy/core/provider';
import type { Fault } from './faults/support/fault.ts';
import { reference } from './reference/plugin.ts';

/** The reference with one fault. */
export function breakPlugin(fault: Fault): ProviderPlugin {
  const deployments = new Map<string, Map<string, unknown>>();
  const plugin = { ...reference } as ProviderPlugin<{ MEMORY_DEPLOYMENT: string }>;
  const broken: typeof plugin = {
    ...plugin,
    async open(config, context) {
      const provider = await plugin.open(config, context);
      const shared = deployments.get(config.MEMORY_DEPLOYMENT) ?? new Map<string, unknown>();
      deployments.set(config.MEMORY_DEPLOYMENT, shared);
      return fault.break?.(provider, { ...context, shared }) ?? provider;
    },
  };
  return fault.plugin?.(broken as ProviderPlugin) ?? (broken as ProviderPlugin);
}
