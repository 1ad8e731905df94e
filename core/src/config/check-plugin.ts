import { RunvoyError } from '../contract/errors.ts';
import { CONTRACT_VERSION, type ProviderPlugin } from '../contract/plugin.ts';

/** Whether a module's default export is a provider of this contract. Rejects with CONFIGURATION_INVALID if not. */
export function checkPlugin(module: unknown, specifier: string): ProviderPlugin {
  const plugin = defaultExport(module);
  const missing = Object.entries(members)
    .filter(([, isThere]) => !isThere(plugin))
    .map(([name]) => name);
  if (missing.length > 0)
    throw wrong(
      `${specifier} is not a runvoy provider: its default export lacks ${missing.join(', ')}`,
      'Export by default what defineProvider of @runvoy/core/provider returns.',
    );
  checkVersion(plugin as unknown as ProviderPlugin, specifier);
  return plugin as unknown as ProviderPlugin;
}

type Candidate = Record<string, unknown>;

const members: Record<string, (plugin: Candidate) => boolean> = {
  name: (plugin) => typeof plugin.name === 'string',
  contract: (plugin) => typeof plugin.contract === 'string' && /^\d+\.\d+$/.test(plugin.contract),
  config: (plugin) =>
    typeof (plugin.config as { '~standard'?: { validate?: unknown } } | undefined)?.['~standard']?.validate ===
    'function',
  open: (plugin) => typeof plugin.open === 'function',
};

function checkVersion({ contract }: ProviderPlugin, specifier: string): void {
  const theirs = Number(contract.split('.')[0]);
  const ours = Number(CONTRACT_VERSION.split('.')[0]);
  if (theirs === ours) return;
  throw wrong(
    `${specifier} was made for version ${contract} of the provider contract; this runvoy has ${CONTRACT_VERSION}`,
    theirs > ours
      ? 'Update runvoy, or use an older version of the provider.'
      : `Update ${specifier}, or use an older runvoy.`,
  );
}

/** A CommonJS module's exports come as the default export, with its own `default` inside. */
function defaultExport(module: unknown): Candidate {
  const exported = (module as { default?: unknown } | undefined)?.default;
  const inner = (exported as { default?: unknown } | undefined)?.default;
  return Object(inner ?? exported) as Candidate;
}

function wrong(message: string, remedy: string): RunvoyError {
  return new RunvoyError('CONFIGURATION_INVALID', message, { field: 'RUNVOY_BACKEND_PROVIDER', remedy });
}
