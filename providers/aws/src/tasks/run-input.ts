import type { RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { RunvoyError, type TaskSpec } from '@runvoy/core/provider';
import type { AwsConfig } from '../config.ts';
import { overridesOf } from './overrides.ts';
import { tagValue } from './tag-value.ts';

/** What RunTask is asked for. Throws CONFIGURATION_INVALID in a process that was given no network for tasks. */
export function runInput(spec: TaskSpec, config: AwsConfig): RunTaskCommandInput {
  if (!config.network) {
    throw new RunvoyError('CONFIGURATION_INVALID', 'there is no network to start tasks in', {
      field: 'RUNVOY_AWS_SUBNET_1, RUNVOY_AWS_SUBNET_2, RUNVOY_AWS_SECURITY_GROUP',
      remedy: 'Set them; processes that only process events need none.',
    });
  }
  const { securityGroups, subnets } = config.network;
  return {
    taskDefinition: spec.templateRef,
    clientToken: spec.executionId,
    startedBy: spec.executionId,
    count: 1,
    ...(config.capacityProvider === 'FARGATE'
      ? { launchType: 'FARGATE' as const }
      : { capacityProviderStrategy: [{ capacityProvider: config.capacityProvider, weight: 1 }] }),
    networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: 'ENABLED' } },
    overrides: overridesOf(spec, config),
    tags: [
      { key: 'UserEmail', value: tagValue(spec.createdBy) },
      { key: 'ExecutionId', value: spec.executionId },
      ...(spec.git ? [{ key: 'HasGitRepo', value: 'true' }] : []),
    ],
  };
}
