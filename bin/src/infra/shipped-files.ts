import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * A file of `providers/<cloud>/deploy`: beside the bundle in the published package, at its place in the repository when it runs
 * from sources.
 */
export function shippedFile(cloud: 'aws' | 'gcp', path: string): string {
  const shipped = join(here, 'deploy', cloud, path);
  return existsSync(shipped) ? shipped : join(here, '../../../providers', cloud, 'deploy', path);
}
