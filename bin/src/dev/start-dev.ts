import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
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

/** Starts what the package of a cloud's provider has for it. Rejects with CONFIGURATION_INVALID when there is no such package. */
export async function startDev(cloud: string, options: DevOptions): Promise<Dev> {
  const specifier = `@runvoy/${cloud}/dev`;
  for (const candidate of [specifier, besideTheUser(specifier)]) {
    if (candidate === undefined) continue;
    let module: { startDev(options: DevOptions): Promise<Dev> };
    try {
      module = await import(candidate);
    } catch (error) {
      if (isAbsent(error)) continue;
      throw error;
    }
    return module.startDev(options);
  }
  throw new RunvoyError('CONFIGURATION_INVALID', `the package @runvoy/${cloud} is not installed`, {
    field: 'cloud',
    remedy: `Install it beside runvoy: npm install @runvoy/${cloud}. In a clone: npm ci.`,
  });
}

/** The program may be installed elsewhere than the provider. */
function besideTheUser(specifier: string): string | undefined {
  try {
    return pathToFileURL(createRequire(join(process.cwd(), 'package.json')).resolve(specifier)).href;
  } catch {
    return undefined;
  }
}

const isAbsent = (error: unknown): boolean =>
  ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String((error as NodeJS.ErrnoException).code));
