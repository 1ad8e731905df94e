import { importPackage } from '@runvoy/core';
import { RunvoyError } from '@runvoy/core/provider';

/** A cloud with runvoy on it, offline; see `@runvoy/<cloud>/dev`. */
export interface Dev {
  url: string;
  admin?: { email: string; apiKey: string };
  /** What runs against what, a line a part. */
  describe: string[];
  close(): Promise<void>;
}

export interface DevOptions {
  /** Of the API; 0: any that is free. */
  port: number;
  /** Where it may keep what does not fit into memory. */
  folder: string;
  /** Takes each line of the server's log. */
  log(line: string): void;
}

/** Starts what the package of a cloud's provider has for it. Rejects with CONFIGURATION_INVALID when it has none, or is not there. */
export async function startDev(cloud: string, options: DevOptions): Promise<Dev> {
  const name = `@runvoy/${cloud}`;
  const module = await importPackage<{ startDev(options: DevOptions): Promise<Dev> }>(
    `${name}/dev`,
    process.cwd(),
  ).catch((error: unknown) => {
    throw new RunvoyError('CONFIGURATION_INVALID', `the package ${name} cannot be loaded: ${String(error)}`, {
      field: 'cloud',
      remedy: `Install it again: npm install ${name}. In a clone: npm ci.`,
      cause: error,
    });
  });
  if (module !== undefined) return module.startDev(options);
  throw new RunvoyError('CONFIGURATION_INVALID', `the package ${name} is not installed`, {
    field: 'cloud',
    remedy: `Install it beside runvoy: npm install ${name}. In a clone: npm ci.`,
  });
}
