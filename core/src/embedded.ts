import type { Transport } from './client/types.ts';
import type { ProviderPlugin } from './contract/plugin.ts';

/** Providers that come with the program, by name; everything else is looked up as a package or path. */
export type Builtins = Record<string, () => Promise<{ default: ProviderPlugin<never> }>>;

export interface EmbeddedOptions {
  env: Record<string, string | undefined>;
  builtins: Builtins;
  /** Whose runs they are. */
  email: string;
}

export interface Embedded {
  transport: Transport;
  provider: string;
  close(): Promise<void>;
}
