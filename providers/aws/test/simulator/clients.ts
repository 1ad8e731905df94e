import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient, type RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { IAMClient } from '@aws-sdk/client-iam';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { SimulatedDeployment } from '../../simulator/index.ts';

type Who = Parameters<SimulatedDeployment['envOf']>[0];

/** The real clients, as somebody with these rights. They try once, so that refusals come at once. */
export function clientsFor(cloud: SimulatedDeployment, who: Who = 'both') {
  const env = cloud.envOf(who);
  const options = {
    endpoint: env.AWS_ENDPOINT_URL!,
    region: env.AWS_REGION!,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! },
    maxAttempts: 1,
  };
  const gateway = env.RUNVOY_AWS_WEBSOCKET_API_ENDPOINT!.replace('ws://', 'http://');
  return {
    dynamo: new DynamoDBClient(options),
    ecs: new ECSClient(options),
    iam: new IAMClient(options),
    logs: new CloudWatchLogsClient(options),
    ssm: new SSMClient(options),
    sts: new STSClient(options),
    gateway: new ApiGatewayManagementApiClient({ ...options, endpoint: gateway }),
  };
}

/** Upstream's: a sidecar first, the runner after its success. */
export function definitionOf(
  cloud: SimulatedDeployment,
  more: Partial<RegisterTaskDefinitionCommandInput> = {},
): RegisterTaskDefinitionCommandInput {
  const env = cloud.envOf('both');
  const { names } = cloud;
  const container = {
    logConfiguration: {
      logDriver: 'awslogs' as const,
      options: {
        'awslogs-group': names.logGroups.runner,
        'awslogs-region': names.region,
        'awslogs-stream-prefix': 'task',
      },
    },
    mountPoints: [{ sourceVolume: 'workspace', containerPath: '/workspace' }],
    command: ['/bin/sh', '-c', 'echo placeholder'],
  };
  return {
    family: 'runvoy-alpine-latest-c5c74c0e',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    executionRoleArn: env.RUNVOY_AWS_DEFAULT_TASK_EXEC_ROLE_ARN!,
    taskRoleArn: env.RUNVOY_AWS_DEFAULT_TASK_ROLE_ARN!,
    ephemeralStorage: { sizeInGiB: 21 },
    volumes: [{ name: 'workspace' }],
    runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'ARM64' },
    containerDefinitions: [
      { ...container, name: 'sidecar', image: 'public.ecr.aws/docker/library/alpine:latest', essential: false },
      {
        ...container,
        name: 'runner',
        image: 'alpine:latest',
        essential: true,
        workingDirectory: '/workspace',
        dependsOn: [{ containerName: 'sidecar', condition: 'SUCCESS' }],
      },
    ],
    ...more,
  };
}

/** A request to run these scripts in the two containers. */
export function runOf(cloud: SimulatedDeployment, runner: string, sidecar = 'true') {
  const { names } = cloud;
  return {
    cluster: names.cluster,
    taskDefinition: 'runvoy-alpine-latest-c5c74c0e',
    launchType: 'FARGATE' as const,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...names.subnets],
        securityGroups: [names.securityGroup],
        assignPublicIp: 'ENABLED' as const,
      },
    },
    overrides: {
      containerOverrides: [
        { name: 'sidecar', command: ['/bin/sh', '-c', sidecar] },
        { name: 'runner', command: ['/bin/sh', '-c', runner] },
      ],
    },
  };
}
