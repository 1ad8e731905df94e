import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { account, evaluate, type Resource, region } from './template.ts';

interface Grant {
  role: string;
  actions: string[];
  resources: string[];
  generation?: string;
  reason: string;
}

/** What upstream's stack grants, and what else is made use of. */
const tables = ['permissions.json', 'additional-permissions.json'].map(
  (name) => new URL(`../../deploy/${name}`, import.meta.url),
);

const roles = { orchestrator: 'LambdaExecutionRole', processor: 'EventProcessorRole', task: 'TaskRole' } as const;
const project = 'runvoy';
const role = (name: string) => `arn:aws:iam::${account}:role/${project}-${name}-${region}`;
const values: Record<string, string> = {
  account,
  region,
  project,
  cluster: `${project}-cluster`,
  runnerLogs: `/aws/ecs/${project}/runner`,
  orchestratorLogs: `/aws/lambda/${project}-orchestrator`,
  processorLogs: `/aws/lambda/${project}-event-processor`,
  key: 'SecretsKmsKey',
  api: 'WebSocketApi',
  stage: 'production',
};

/** Where the template differs from the table on purpose. */
const onlyInTable = [
  // Any role of the account: whoever may register an image could then run a command as an administrator.
  `orchestrator iam:PassRole arn:aws:iam::${account}:role/*`,
];
const onlyInTemplate = [
  ...['orchestrator', 'processor'].flatMap((who) =>
    // In its place. The processor, too, makes task definitions again that somebody deleted.
    [role('task-role'), role('task-execution-role')].map((arn) => `${who} iam:PassRole ${arn}`),
  ),
  // Done by Lambda itself in the function's name.
  'processor sqs:SendMessage arn:EventProcessorDeadLetters',
];

/** `role action resource`, one for each. */
function granted(resources: Record<string, Resource>): Set<string> {
  const shared = Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Policy');
  const lines = Object.entries(roles).flatMap(([name, id]) => {
    const { Policies = [], RoleName } = resources[id]!.Properties;
    const attached = shared.filter(({ Properties }) => Properties.Roles.includes(RoleName));
    return [...Policies, ...attached.map(({ Properties }) => Properties)].flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.flatMap(
        ({ Action, Resource: on }: { Action: string | string[]; Resource: string | string[] }) =>
          [Action].flat().flatMap((action) => [on].flat().map((resource) => `${name} ${action} ${resource}`)),
      ),
    );
  });
  return new Set(lines);
}

function tabled(generation: string): Set<string> {
  const grants = tables.flatMap((table) => (JSON.parse(readFileSync(table, 'utf8')) as { grants: Grant[] }).grants);
  const fill = (text: string) => text.replace(/\$\{(\w+)\}/g, (_match, name: string) => values[name] ?? `?${name}`);
  const applies = ({ role, generation: only = generation, reason }: Grant) =>
    role in roles &&
    only === generation &&
    // Stacks of upstream's releases deliver secrets as upstream does, unless told otherwise.
    !(generation === 'released' && reason.startsWith('RUNVOY_AWS_SECRET_DELIVERY=parameter'));
  return new Set(
    grants
      .filter(applies)
      .flatMap((grant) =>
        grant.actions.flatMap((action) => grant.resources.map((on) => `${grant.role} ${action} ${fill(on)}`)),
      ),
  );
}

const without = (lines: Set<string>, others: Set<string>): string[] =>
  [...lines].filter((line) => !others.has(line)).sort();

describe.each(['main', 'released'])('the roles of generation %s', (SchemaGeneration) => {
  const inTemplate = granted(evaluate({ SchemaGeneration }));
  const inTable = tabled(SchemaGeneration);

  test('grant every call that the code makes', () => {
    expect(without(inTable, inTemplate)).toEqual([...onlyInTable].sort());
  });

  test('grant no call that the code does not make', () => {
    expect(without(inTemplate, inTable)).toEqual([...onlyInTemplate].sort());
  });
});

test('a command runs as the two roles of the stack or as one that is listed, and as no other', () => {
  const deployer = `arn:aws:iam::${account}:role/deployer`;
  const passed = (parameters: Record<string, string>) =>
    [...granted(evaluate(parameters))].filter((line) => line.includes(' iam:PassRole '));
  expect(passed({}).join('\n')).not.toContain('*');
  expect(passed({ TaskRoleArns: deployer }).filter((line) => line.endsWith(deployer))).toEqual([
    `orchestrator iam:PassRole ${deployer}`,
    `processor iam:PassRole ${deployer}`,
  ]);
});
