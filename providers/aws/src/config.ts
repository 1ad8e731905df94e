import { z } from 'zod';

/** Where secret values are while a run can read them; see README.md, "Secrets of a run". */
export type SecretDelivery = 'env' | 'parameter';
/** What one parameter may hold: `standard` 4 KiB, for nothing; `advanced` 8 KiB, for a monthly price. */
export type SecretsTier = 'standard' | 'advanced';

/** The services that this provider calls, as AWS's own variables for endpoints name them. */
export const services = ['DYNAMODB', 'ECS', 'SSM', 'CLOUDWATCH_LOGS', 'IAM', 'STS', 'APIGATEWAYMANAGEMENTAPI'] as const;
export type Service = (typeof services)[number];

export interface AwsConfig {
  tables: Record<Table, string>;
  cluster: string;
  /** Of what runs print. */
  runnerLogGroup: string;
  orchestratorLogGroup: string;
  processorLogGroup: string;
  /** Only processes that start tasks need a network to start them in. */
  network?: { securityGroups: string[]; subnets: string[] };
  defaultTaskRole?: string;
  defaultExecutionRole?: string;
  /** Host and stage of the API that holds viewers' sockets, with the scheme if one was given. */
  websocketEndpoint: string;
  secretsPrefix: string;
  secretsKey: string;
  secretsTier: SecretsTier;
  secretDelivery: SecretDelivery;
  capacityProvider: 'FARGATE' | 'FARGATE_SPOT';
  sidecarImage: string;
  region?: string;
  /** Given explicitly; without them the SDK's chain is asked. */
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  endpoints: Partial<Record<Service, string>>;
}

const tableVariables = {
  users: 'RUNVOY_AWS_API_KEYS_TABLE',
  executions: 'RUNVOY_AWS_EXECUTIONS_TABLE',
  logs: 'RUNVOY_AWS_EXECUTION_LOGS_TABLE',
  images: 'RUNVOY_AWS_IMAGE_TASKDEFS_TABLE',
  claims: 'RUNVOY_AWS_PENDING_API_KEYS_TABLE',
  secrets: 'RUNVOY_AWS_SECRETS_METADATA_TABLE',
  connections: 'RUNVOY_AWS_WEBSOCKET_CONNECTIONS_TABLE',
  tokens: 'RUNVOY_AWS_WEBSOCKET_TOKENS_TABLE',
} as const;
export type Table = keyof typeof tableVariables;

const stackOutput = 'is required: take it from the outputs of the deployment (stack runvoy-backend unless renamed)';
const required = z.string({ error: stackOutput });
const optional = z.string().optional();
const arn = (what: string) => z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\//, `must be the ARN of ${what}`);
const url = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'must be an http or https URL')
  .optional();

const schema = z.object({
  RUNVOY_AWS_API_KEYS_TABLE: required,
  RUNVOY_AWS_EXECUTIONS_TABLE: required,
  RUNVOY_AWS_EXECUTION_LOGS_TABLE: required,
  RUNVOY_AWS_IMAGE_TASKDEFS_TABLE: required,
  RUNVOY_AWS_PENDING_API_KEYS_TABLE: required,
  RUNVOY_AWS_SECRETS_METADATA_TABLE: required,
  RUNVOY_AWS_WEBSOCKET_CONNECTIONS_TABLE: required,
  RUNVOY_AWS_WEBSOCKET_TOKENS_TABLE: required,
  RUNVOY_AWS_ECS_CLUSTER: required,
  RUNVOY_AWS_LOG_GROUP: required,
  RUNVOY_AWS_ORCHESTRATOR_LOG_GROUP: required,
  RUNVOY_AWS_EVENT_PROCESSOR_LOG_GROUP: required,
  RUNVOY_AWS_SECURITY_GROUP: optional,
  RUNVOY_AWS_SUBNET_1: optional,
  RUNVOY_AWS_SUBNET_2: optional,
  RUNVOY_AWS_DEFAULT_TASK_ROLE_ARN: arn('the role that commands run as').optional(),
  RUNVOY_AWS_DEFAULT_TASK_EXEC_ROLE_ARN: arn('the role that ECS pulls images with').optional(),
  RUNVOY_AWS_WEBSOCKET_API_ENDPOINT: required,
  RUNVOY_AWS_SECRETS_PREFIX: z
    .string()
    .regex(/^\/?[\w.-]+(\/[\w.-]+)*\/?$/, 'must be a path of Parameter Store such as /runvoy/secrets')
    .default('/runvoy/secrets'),
  RUNVOY_AWS_SECRETS_KMS_KEY_ARN: required,
  RUNVOY_AWS_SECRETS_TIER: z
    .enum(['standard', 'advanced'], { error: 'must be standard or advanced' })
    .default('standard'),
  RUNVOY_AWS_SECRET_DELIVERY: z
    .enum(['env', 'parameter'], { error: 'must be env or parameter (see the README of @runvoy/aws)' })
    .default('env'),
  RUNVOY_AWS_CAPACITY_PROVIDER: z
    .enum(['FARGATE', 'FARGATE_SPOT'], { error: 'must be FARGATE or FARGATE_SPOT' })
    .default('FARGATE'),
  RUNVOY_AWS_SIDECAR_IMAGE: z.string().default('public.ecr.aws/docker/library/alpine:latest'),
  AWS_REGION: optional,
  AWS_DEFAULT_REGION: optional,
  AWS_ACCESS_KEY_ID: optional,
  AWS_SECRET_ACCESS_KEY: optional,
  AWS_SESSION_TOKEN: optional,
  AWS_ENDPOINT_URL: url,
  ...(Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, url])) as Record<
    `AWS_ENDPOINT_URL_${Service}`,
    typeof url
  >),
});

/** Variables of a process that serves requests, besides those that every process needs. */
const networkVariables = ['RUNVOY_AWS_SECURITY_GROUP', 'RUNVOY_AWS_SUBNET_1', 'RUNVOY_AWS_SUBNET_2'] as const;

export const config = z
  .record(z.string(), z.string().optional())
  .transform((env) => ({ role: env.RUNVOY_ROLE?.trim().toLowerCase() || 'all', given: present(env) }))
  .transform(({ role, given }, context) => {
    const parsed = schema.safeParse(given);
    const problems = parsed.success ? [] : [...parsed.error.issues];
    if (role === 'all' || role === 'orchestrator') {
      for (const name of networkVariables)
        if (!given[name]) problems.push({ code: 'custom', path: [name], message: stackOutput, input: undefined });
    }
    if (Boolean(given.AWS_ACCESS_KEY_ID) !== Boolean(given.AWS_SECRET_ACCESS_KEY)) {
      const path = [given.AWS_ACCESS_KEY_ID ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID'];
      problems.push({ code: 'custom', path, message: 'is missing beside its other half', input: undefined });
    }
    if (parsed.success && problems.length === 0) return toConfig(parsed.data);
    for (const { path, message } of problems) context.addIssue({ code: 'custom', path: [...path], message });
    return z.NEVER;
  });

function toConfig(values: z.infer<typeof schema>): AwsConfig {
  const region = values.AWS_REGION ?? values.AWS_DEFAULT_REGION;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: token } = values;
  const securityGroup = values.RUNVOY_AWS_SECURITY_GROUP;
  const subnets = [values.RUNVOY_AWS_SUBNET_1, values.RUNVOY_AWS_SUBNET_2].filter((subnet) => subnet !== undefined);
  const prefix = values.RUNVOY_AWS_SECRETS_PREFIX.replace(/^\/|\/$/g, '');
  return {
    tables: Object.fromEntries(
      Object.entries(tableVariables).map(([table, variable]) => [table, values[variable]]),
    ) as Record<Table, string>,
    cluster: values.RUNVOY_AWS_ECS_CLUSTER,
    runnerLogGroup: values.RUNVOY_AWS_LOG_GROUP,
    orchestratorLogGroup: values.RUNVOY_AWS_ORCHESTRATOR_LOG_GROUP,
    processorLogGroup: values.RUNVOY_AWS_EVENT_PROCESSOR_LOG_GROUP,
    ...(securityGroup !== undefined && { network: { securityGroups: [securityGroup], subnets } }),
    ...(values.RUNVOY_AWS_DEFAULT_TASK_ROLE_ARN && { defaultTaskRole: values.RUNVOY_AWS_DEFAULT_TASK_ROLE_ARN }),
    ...(values.RUNVOY_AWS_DEFAULT_TASK_EXEC_ROLE_ARN && {
      defaultExecutionRole: values.RUNVOY_AWS_DEFAULT_TASK_EXEC_ROLE_ARN,
    }),
    websocketEndpoint: values.RUNVOY_AWS_WEBSOCKET_API_ENDPOINT.replace(/\/+$/, ''),
    secretsPrefix: `/${prefix}`,
    secretsKey: values.RUNVOY_AWS_SECRETS_KMS_KEY_ARN,
    secretsTier: values.RUNVOY_AWS_SECRETS_TIER,
    secretDelivery: values.RUNVOY_AWS_SECRET_DELIVERY,
    capacityProvider: values.RUNVOY_AWS_CAPACITY_PROVIDER,
    sidecarImage: values.RUNVOY_AWS_SIDECAR_IMAGE,
    ...(region !== undefined && { region }),
    ...(accessKeyId &&
      secretAccessKey && { credentials: { accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) } }),
    endpoints: Object.fromEntries(
      services.flatMap((service) => {
        // The sockets' API is one of the deployment's own, whose address is known.
        const general = service === 'APIGATEWAYMANAGEMENTAPI' ? undefined : values.AWS_ENDPOINT_URL;
        const endpoint = values[`AWS_ENDPOINT_URL_${service}`] ?? general;
        return endpoint === undefined ? [] : [[service, endpoint]];
      }),
    ),
  };
}

/** A variable that is set to nothing counts as not set. */
function present(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const text = env[name]?.trim();
      return text ? [[name, text]] : [];
    }),
  );
}
