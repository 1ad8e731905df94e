import { join } from 'node:path';
import { RunvoyError } from '@runvoy/core/provider';
import { type Environment, userFolder } from '../../config/home.ts';
import { type Ini, readIni, readText } from '../read-ini.ts';

const defaultRegion = 'us-central1';

/**
 * Project and region: as given, from the environment, or as gcloud is configured. Rejects with INVALID_REQUEST, naming every place, when there is no
 * project; a region has a default.
 */
export function googlePlace(
  given: { project: string | undefined; region: string | undefined },
  env: Environment,
): { project: string; region: string } {
  const { path, ini } = gcloudConfiguration(env);
  const project =
    given.project ||
    env.RUNVOY_GCP_PROJECT_ID ||
    env.GOOGLE_CLOUD_PROJECT ||
    env.CLOUDSDK_CORE_PROJECT ||
    ini.core?.project;
  if (!project)
    throw new RunvoyError(
      'INVALID_REQUEST',
      `no project is given: neither by --parameter project_id=…, RUNVOY_GCP_PROJECT_ID, GOOGLE_CLOUD_PROJECT or CLOUDSDK_CORE_PROJECT, nor in ${path}`,
      { field: '--parameter', remedy: 'Give --parameter project_id=…, or: gcloud config set project <id>.' },
    );
  const region =
    given.region ||
    env.RUNVOY_GCP_REGION ||
    env.CLOUDSDK_RUN_REGION ||
    env.CLOUDSDK_COMPUTE_REGION ||
    ini.run?.region ||
    ini.compute?.region ||
    defaultRegion;
  return { project, region };
}

/** The file of the configuration that is active, as `gcloud info` names it. */
function gcloudConfiguration(env: Environment): { path: string; ini: Ini } {
  const folder =
    env.CLOUDSDK_CONFIG ||
    (process.platform === 'win32' && env.APPDATA
      ? join(env.APPDATA, 'gcloud')
      : join(userFolder(env), '.config', 'gcloud'));
  const active = env.CLOUDSDK_ACTIVE_CONFIG_NAME || readText(join(folder, 'active_config')).trim() || 'default';
  const path = join(folder, 'configurations', `config_${active}`);
  return { path, ini: readIni(path) };
}
