/** What upstream's CloudFormation template calls its resources; `P` is the project's name (runvoy-aws.md §7). */
export interface Names {
  account: string;
  region: string;
  project: string;
  cluster: string;
  logGroups: { runner: string; orchestrator: string; processor: string };
  functions: { orchestrator: string; processor: string };
  roles: { orchestrator: string; processor: string; task: string; execution: string };
  secretsPrefix: string;
  /** Id of the KMS key. */
  key: string;
  keyAlias: string;
  /** Id of the WebSocket API. */
  api: string;
  stage: string;
  subnets: readonly string[];
  securityGroup: string;
}

interface Identity {
  account: string;
  region: string;
  project: string;
  /** Hex digits, for the ids that AWS makes up. */
  unique: string;
  secretsPrefix?: string;
}

export const namesOf = ({ account, region, project, unique, secretsPrefix }: Identity): Names => ({
  account,
  region,
  project,
  cluster: `${project}-cluster`,
  logGroups: {
    runner: `/aws/ecs/${project}/runner`,
    orchestrator: `/aws/lambda/${project}-orchestrator`,
    processor: `/aws/lambda/${project}-event-processor`,
  },
  functions: { orchestrator: `${project}-orchestrator`, processor: `${project}-event-processor` },
  roles: {
    orchestrator: `${project}-lambda-role-${region}`,
    processor: `${project}-event-processor-role-${region}`,
    task: `${project}-task-role-${region}`,
    execution: `${project}-task-execution-role-${region}`,
  },
  secretsPrefix: secretsPrefix ?? `/${project}/secrets`,
  key: `${unique.slice(0, 8)}-0000-4000-8000-${unique.slice(0, 12)}`,
  keyAlias: `alias/${project}`,
  api: unique.slice(0, 10),
  stage: 'production',
  subnets: [`subnet-${unique.slice(0, 16)}1`, `subnet-${unique.slice(0, 16)}2`],
  securityGroup: `sg-${unique.slice(0, 17)}`,
});

/** `arn:aws:<service>:<region>:<account>:<resource>`. */
export const arnOf = ({ region, account }: Pick<Names, 'region' | 'account'>, service: string, resource: string) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

/** IAM knows no regions. */
export const roleArn = ({ account }: Pick<Names, 'account'>, name: string) => `arn:aws:iam::${account}:role/${name}`;
