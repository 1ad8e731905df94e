import { RunvoyError } from '@runvoy/core/provider';
import {
  type ConfigDeployment,
  type ConfigFailure,
  configApi,
  type Operation,
  toTerraformFailures,
} from './config-api.ts';
import type { GoogleClient } from './google-client.ts';
import { terraformFailure } from './terraform-failure.ts';

/** What Infrastructure Manager says of a failure that is not Terraform's own. */
const codes: Record<string, string> = {
  CLOUD_BUILD_PERMISSION_DENIED:
    'its account may not run builds: grant roles/config.agent to the account that Terraform runs as',
  BUCKET_CREATION_PERMISSION_DENIED:
    'its account may not make the bucket for its artefacts: grant roles/config.agent to it',
  BUCKET_CREATION_FAILED: 'the bucket for its artefacts could not be made',
  QUOTA_VALIDATION_FAILED: 'a quota of the project is too small for what would be made',
  DEPLOYMENT_LOCK_ACQUIRE_FAILED: 'somebody else has locked the deployment',
};

export const explainCode = (code: string | undefined): string | undefined => code && (codes[code] ?? code);

interface Revision {
  tfErrors?: ConfigFailure[];
  errorCode?: string;
  errorLogs?: string;
  stateDetail?: string;
}

/** Why a deployment failed: of an apply its last revision knows, of a deletion the deployment itself. */
export async function deploymentFailure(
  client: GoogleClient,
  title: string,
  deployment: ConfigDeployment,
  operation?: Operation,
): Promise<RunvoyError> {
  const { latestRevision, tfErrors = [] } = deployment;
  const revision = latestRevision && (await client.find<Revision>(`${configApi}/${latestRevision}`));
  const last: Revision = revision || {};
  const code = last.errorCode ?? deployment.errorCode;
  const failures = toTerraformFailures(tfErrors.length > 0 ? tfErrors : last.tfErrors);
  if (failures.length === 0 && code === 'QUOTA_VALIDATION_FAILED')
    return new RunvoyError('CAPACITY_EXCEEDED', `${title} failed: ${codes[code]}`, {
      remedy: 'Ask for more on the Quotas page of the console, and apply again.',
    });
  const detail = [
    explainCode(code),
    last.stateDetail ?? deployment.stateDetail,
    operation?.error?.message,
    last.errorLogs ?? deployment.errorLogs,
  ];
  return terraformFailure(title, failures, detail.filter(Boolean).join('; '));
}
