import type { TaskDefinition } from '@aws-sdk/client-ecs';
import type { Deployment } from '../deployment.ts';
import { revealForTask } from '../ssm/reveal-for-task.ts';
import { AwsError } from '../wire/aws-error.ts';
import { TaskFailure } from './failure.ts';

/** The values of the definition's `secrets`, read from Parameter Store with the execution role, by container and variable. */
export function resolveSecrets(
  deployment: Deployment,
  { containerDefinitions = [] }: TaskDefinition,
  executionRole: string | undefined,
): Record<string, Record<string, string>> {
  const result: Record<string, Record<string, string>> = {};
  for (const { name = '', secrets = [] } of containerDefinitions) {
    const values: Record<string, string> = {};
    for (const { name: variable, valueFrom } of secrets) {
      try {
        values[variable!] = revealForTask(deployment, executionRole!, valueFrom!);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new TaskFailure(
          `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): ${error.type}: ${error.message}`,
        );
      }
    }
    result[name] = values;
  }
  return result;
}
