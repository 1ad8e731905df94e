import { invalidArgument } from '../cloud/cloud-error.ts';
import type { EnvVar } from './types.ts';

const mostVariables = 1000;
const largestValue = 32_768;
const longestName = 32_768;
/** Cloud Run sets these itself. */
const reserved = new Set(['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION']);
const reservedForJobs = /^CLOUD_RUN_(JOB|EXECUTION|TASK_INDEX|TASK_ATTEMPT|TASK_COUNT)$/;

export function checkEnvironment(at: string, variables: readonly EnvVar[]): void {
  if (variables.length > mostVariables)
    throw invalidArgument(`${at}.env: must have at most ${mostVariables} variables.`);
  const seen = new Set<string>();
  for (const { name, value, valueSource } of variables) {
    if (!name || name.length > longestName || /[=\0]/.test(name))
      throw invalidArgument(`${at}.env: the name '${name}' is invalid.`);
    if (reserved.has(name) || reservedForJobs.test(name))
      throw invalidArgument(
        `${at}.env: the following reserved env names were provided: ${name}. These values are automatically set by the system.`,
      );
    if (seen.has(name)) throw invalidArgument(`${at}.env: '${name}' must be unique.`);
    seen.add(name);
    if (Buffer.byteLength(value ?? '') > largestValue)
      throw invalidArgument(`${at}.env[${name}].value: must be at most ${largestValue} bytes.`);
    if (valueSource && !valueSource.secretKeyRef?.secret)
      throw invalidArgument(`${at}.env[${name}].value_source.secret_key_ref.secret: should not be empty.`);
  }
}
