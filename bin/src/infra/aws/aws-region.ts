import { join } from 'node:path';
import { RunvoyError } from '@runvoy/core/provider';
import { type Environment, userFolder } from '../../config/home.ts';
import { readIni } from '../read-ini.ts';

/** Where AWS's own tools would work: an option, the environment, or the profile in their files. Rejects with INVALID_REQUEST, naming them all. */
export function awsRegion(given: string | undefined, env: Environment): string {
  const profile = env.AWS_PROFILE || 'default';
  const folder = join(userFolder(env), '.aws');
  const credentials = env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials');
  const config = env.AWS_CONFIG_FILE || join(folder, 'config');
  const inConfig = profile === 'default' ? ['default', 'profile default'] : [`profile ${profile}`];
  const region =
    given ||
    env.AWS_REGION ||
    env.AWS_DEFAULT_REGION ||
    readIni(credentials)[profile]?.region ||
    inConfig.map((section) => readIni(config)[section]?.region).find(Boolean);
  if (region) return region;
  throw new RunvoyError(
    'INVALID_REQUEST',
    `no region is given: neither by --region, AWS_REGION or AWS_DEFAULT_REGION, nor for the profile ${profile} in ${config} or ${credentials}`,
    { field: '--region', remedy: 'Give --region, or set AWS_REGION.' },
  );
}
