import { type AwsClient, members, textOf, type Xml } from './aws-client.ts';
import { awsCode } from './aws-failure.ts';

const version = '2010-05-15';

export interface Stack {
  id: string;
  status: string;
  reason?: string;
  parameters: Record<string, string>;
  outputs: Record<string, string>;
}

export interface StackEvent {
  id: string;
  resource: string;
  type: string;
  status: string;
  reason?: string;
}

/** CloudFormation's actions, as far as they are needed. */
export interface CloudFormation {
  /** `undefined`: there is no such stack. */
  stack(name: string): Promise<Stack | undefined>;
  /** Newest first, of every operation. */
  events(name: string): Promise<StackEvent[]>;
  resources(name: string): Promise<{ resource: string; type: string; physicalId: string }[]>;
  call(action: string, parameters: Record<string, string | undefined>): Promise<Xml>;
  /** All pages of a list. */
  list(action: string, parameters: Record<string, string>, field: string): Promise<Record<string, Xml>[]>;
}

export function createCloudFormation(client: AwsClient): CloudFormation {
  const call: CloudFormation['call'] = (action, parameters) =>
    client.query('cloudformation', version, action, parameters);
  const list: CloudFormation['list'] = async (action, parameters, field) => {
    const found: Record<string, Xml>[] = [];
    let next: string | undefined;
    do {
      const page = (await call(action, { ...parameters, NextToken: next })) as Record<string, Xml>;
      found.push(...members(page[field]));
      next = textOf(page.NextToken);
    } while (next !== undefined);
    return found;
  };
  const optional = <Name extends string>(name: Name, value: Xml | undefined) => {
    const text = textOf(value);
    return (text === undefined ? {} : { [name]: text }) as { [K in Name]?: string };
  };
  return {
    call,
    list,
    async stack(name) {
      const answer = (await call('DescribeStacks', { StackName: name }).catch((error: unknown) => {
        if (awsCode(error) === 'ValidationError' && /does not exist/.test((error as Error).message)) return undefined;
        throw error;
      })) as Record<string, Xml> | undefined;
      const [stack] = members(answer?.Stacks);
      if (stack === undefined) return undefined;
      const pairs = (of: Xml | undefined, key: string, value: string) =>
        Object.fromEntries(members(of).map((each) => [String(each[key]), textOf(each[value]) ?? '']));
      return {
        id: String(stack.StackId),
        status: String(stack.StackStatus),
        ...optional('reason', stack.StackStatusReason),
        parameters: pairs(stack.Parameters, 'ParameterKey', 'ParameterValue'),
        outputs: pairs(stack.Outputs, 'OutputKey', 'OutputValue'),
      };
    },
    async events(name) {
      const events = await list('DescribeStackEvents', { StackName: name }, 'StackEvents');
      return events.map((event) => ({
        id: String(event.EventId),
        resource: String(event.LogicalResourceId),
        type: String(event.ResourceType),
        status: String(event.ResourceStatus),
        ...optional('reason', event.ResourceStatusReason),
      }));
    },
    async resources(name) {
      const resources = await list('ListStackResources', { StackName: name }, 'StackResourceSummaries');
      return resources.map((each) => ({
        resource: String(each.LogicalResourceId),
        type: String(each.ResourceType),
        physicalId: textOf(each.PhysicalResourceId) ?? '',
      }));
    },
  };
}
