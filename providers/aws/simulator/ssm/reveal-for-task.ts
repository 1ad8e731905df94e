import type { Deployment } from '../deployment.ts';
import { parameterArn } from './parameter-arn.ts';
import { getParameter } from './read-parameters.ts';

/** The value of a parameter by name or ARN, as ECS reads it with a task's execution role. */
export function revealForTask(deployment: Deployment, roleArn: string, valueFrom: string): string {
  const call = deployment.callAs(deployment.callerForRole(roleArn));
  call.authorize('ssm:GetParameters', parameterArn(deployment, valueFrom));
  return getParameter({ Name: valueFrom, WithDecryption: true }, call).Parameter!.Value!;
}
