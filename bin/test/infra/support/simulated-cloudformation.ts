import { type Received, type Reply, startHttpServer } from './http-server.ts';

export interface Step {
  resource: string;
  type: string;
  status: string;
  reason?: string;
}

export interface SimulatedStack {
  status: string;
  parameters: Record<string, string>;
  outputs?: Record<string, string>;
  template?: string;
  /** What an operation still has to go through; one step at each look at the stack. */
  steps?: Step[];
  /** How it ends then. */
  end?: string;
}

export interface Operation {
  steps: Step[];
  end: string;
  outputs?: Record<string, string>;
}

export interface SimulatedCloudFormation {
  env: Record<string, string>;
  stack: SimulatedStack | undefined;
  /** What the next change set is found to do; a text is why there is none. */
  changes: { action: string; resource: string; type: string; replacement?: string }[] | string;
  /** The operation that executing the change set, or deleting, begins. */
  operation: Operation;
  /** Actions that this caller may not call. */
  denied: Set<string>;
  /** Calls that are still to be throttled. */
  throttled: number;
  resources: { resource: string; type: string; physicalId: string }[];
  drifts: { resource: string; type: string; status: string }[];
  /** Every call: the action of a query, or the target of a JSON call, with its parameters. */
  calls: { action: string; parameters: Record<string, string> }[];
  close(): Promise<void>;
}

const declared = ['ProjectName', 'LambdaCodeBucket', 'ReleaseVersion', 'SchemaGeneration', 'AlarmEmail'];
const required = ['LambdaCodeBucket', 'ReleaseVersion'];
const id = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/runvoy-backend/1';

/** CloudFormation for one stack, in its own protocol; and the deletion of tables, keys and log groups. */
export async function startCloudFormation(): Promise<SimulatedCloudFormation> {
  let events: (Step & { id: string })[] = [];
  let changeSet: string | undefined;
  /** Parameters of the change set. */
  let given: Record<string, string> = {};
  const cloud = {
    stack: undefined,
    changes: [],
    operation: { steps: [], end: 'CREATE_COMPLETE' },
    denied: new Set(),
    throttled: 0,
    resources: [],
    drifts: [],
    calls: [],
  } as unknown as SimulatedCloudFormation;
  const record = (step: Step) => {
    events = [{ ...step, id: `event-${events.length}` }, ...events];
  };
  const begin = (status: string, { steps, end, outputs = {} }: Operation) => {
    cloud.stack = { ...(cloud.stack ?? { parameters: {} }), status, steps: [...steps], end, outputs };
    record({ resource: 'runvoy-backend', type: 'AWS::CloudFormation::Stack', status, reason: 'User Initiated' });
  };
  /** Time passes when somebody looks. */
  const look = () => {
    const { stack } = cloud;
    if (!stack?.status.endsWith('_IN_PROGRESS') || stack.end === undefined) return;
    const step = stack.steps?.shift();
    if (step) record(step);
    else stack.status = stack.end;
    if (stack.status === 'DELETE_COMPLETE') cloud.stack = undefined;
  };

  const actions: Record<string, (parameters: Record<string, string>) => string | Reply> = {
    DescribeStacks() {
      look();
      const { stack } = cloud;
      if (!stack) return failure('ValidationError', 'Stack with id runvoy-backend does not exist');
      return `<Stacks><member><StackId>${id}</StackId><StackStatus>${stack.status}</StackStatus>${list('Parameters', stack.parameters, 'Parameter')}${list('Outputs', stack.outputs ?? {}, 'Output')}</member></Stacks>`;
    },
    DescribeStackEvents: () =>
      `<StackEvents>${events.map((each) => `<member><EventId>${each.id}</EventId><LogicalResourceId>${each.resource}</LogicalResourceId><ResourceType>${each.type}</ResourceType><ResourceStatus>${each.status}</ResourceStatus>${each.reason ? `<ResourceStatusReason>${each.reason}</ResourceStatusReason>` : ''}</member>`).join('')}</StackEvents>`,
    GetTemplateSummary: () =>
      `<Parameters>${declared.map((name) => `<member><ParameterKey>${name}</ParameterKey>${required.includes(name) ? '' : '<DefaultValue>x</DefaultValue>'}</member>`).join('')}</Parameters>`,
    GetTemplate: () => `<TemplateBody>${cloud.stack?.template ?? ''}</TemplateBody>`,
    CreateChangeSet({ ChangeSetName, ChangeSetType, ...rest }) {
      if (cloud.stack?.status.endsWith('_IN_PROGRESS') && cloud.stack.status !== 'REVIEW_IN_PROGRESS')
        return failure('ValidationError', `Stack:${id} is in ${cloud.stack.status} state and can not be updated.`);
      if ((ChangeSetType === 'CREATE') !== (cloud.stack === undefined || cloud.stack.status === 'REVIEW_IN_PROGRESS'))
        return failure('ValidationError', 'Stack does not exist, or exists');
      if (ChangeSetType === 'CREATE') cloud.stack = { status: 'REVIEW_IN_PROGRESS', parameters: {} };
      changeSet = ChangeSetName;
      const before = cloud.stack?.parameters ?? {};
      given = Object.fromEntries(
        Object.entries(rest)
          .filter(([key]) => key.endsWith('.ParameterKey'))
          .map(([key, name]) => [name, rest[key.replace(/Key$/, 'Value')] ?? before[name] ?? '']),
      );
      return `<Id>${ChangeSetName}</Id>`;
    },
    DescribeChangeSet() {
      if (typeof cloud.changes === 'string')
        return `<Status>FAILED</Status><StatusReason>${cloud.changes}</StatusReason>`;
      return `<Status>CREATE_COMPLETE</Status><Changes>${cloud.changes.map(({ action, resource, type, replacement }) => `<member><ResourceChange><Action>${action}</Action><LogicalResourceId>${resource}</LogicalResourceId><ResourceType>${type}</ResourceType>${replacement ? `<Replacement>${replacement}</Replacement>` : ''}</ResourceChange></member>`).join('')}</Changes>`;
    },
    DeleteChangeSet() {
      changeSet = undefined;
      return '';
    },
    ExecuteChangeSet({ ChangeSetName }) {
      if (ChangeSetName !== changeSet)
        return failure('ChangeSetNotFound', `ChangeSet [${ChangeSetName}] does not exist`, 404);
      begin(
        cloud.stack!.status === 'REVIEW_IN_PROGRESS' ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS',
        cloud.operation,
      );
      cloud.stack!.parameters = given;
      return '';
    },
    DeleteStack() {
      if (cloud.stack?.status === 'REVIEW_IN_PROGRESS') cloud.stack = undefined;
      else begin('DELETE_IN_PROGRESS', cloud.operation);
      return '';
    },
    ListStackResources: () =>
      `<StackResourceSummaries>${cloud.resources.map(({ resource, type, physicalId }) => `<member><LogicalResourceId>${resource}</LogicalResourceId><ResourceType>${type}</ResourceType><PhysicalResourceId>${physicalId}</PhysicalResourceId></member>`).join('')}</StackResourceSummaries>`,
    DetectStackDrift: () => '<StackDriftDetectionId>drift-1</StackDriftDetectionId>',
    DescribeStackDriftDetectionStatus: () => '<DetectionStatus>DETECTION_COMPLETE</DetectionStatus>',
    DescribeStackResourceDrifts: () =>
      `<StackResourceDrifts>${cloud.drifts.map(({ resource, type, status }) => `<member><LogicalResourceId>${resource}</LogicalResourceId><ResourceType>${type}</ResourceType><StackResourceDriftStatus>${status}</StackResourceDriftStatus></member>`).join('')}</StackResourceDrifts>`,
  };

  function answer({ headers, body }: Received): Reply {
    if (
      !/^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/eu-west-1\/\w+\/aws4_request, SignedHeaders=[^ ]*host[^ ]*, Signature=[0-9a-f]{64}$/.test(
        headers.authorization ?? '',
      )
    )
      return failureReply('IncompleteSignature', 'The request signature does not conform to AWS standards', 403);
    const target = headers['x-amz-target'] as string | undefined;
    if (target !== undefined) {
      cloud.calls.push({ action: target, parameters: JSON.parse(body) });
      return { body: {} };
    }
    const { Action = '', Version, ...parameters } = Object.fromEntries(new URLSearchParams(body));
    cloud.calls.push({ action: Action, parameters });
    if (cloud.throttled > 0) {
      cloud.throttled--;
      return failureReply('Throttling', 'Rate exceeded', 400);
    }
    if (cloud.denied.has(Action))
      return failureReply(
        'AccessDenied',
        `User: arn:aws:iam::123456789012:user/somebody is not authorized to perform: cloudformation:${Action} on resource: ${id}`,
        403,
      );
    const result = actions[Action]!(parameters);
    if (typeof result !== 'string') return result;
    return {
      body: `<${Action}Response xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><${Action}Result>${result}</${Action}Result></${Action}Response>`,
    };
  }

  const server = await startHttpServer(answer);
  return Object.assign(cloud, {
    env: {
      AWS_ENDPOINT_URL: `http://${server.host}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
    },
    close: () => server.close(),
  });
}

const failure = (code: string, message: string, status = 400): Reply => failureReply(code, message, status);

function failureReply(code: string, message: string, status: number): Reply {
  return {
    status,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}

function list(name: string, values: Record<string, string>, each: string): string {
  const rows = Object.entries(values).map(
    ([key, value]) => `<member><${each}Key>${key}</${each}Key><${each}Value>${value}</${each}Value></member>`,
  );
  return `<${name}>${rows.join('')}</${name}>`;
}
