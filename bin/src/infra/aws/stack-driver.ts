import { randomBytes } from 'node:crypto';
import { RunvoyError } from '@runvoy/core/provider';
import type { Change, Deployment, InfraDriver, Progress } from '../driver.ts';
import { follow } from '../follow.ts';
import { type AwsClient, textOf, type Xml } from './aws-client.ts';
import { createCloudFormation } from './cloudformation.ts';
import { deleteKeptResource, keepsData } from './kept-resources.ts';
import { serverEnvironment } from './server-environment.ts';
import { stackDrift } from './stack-drift.ts';
import { stackFailure } from './stack-failure.ts';
import { templateParameters } from './template-parameters.ts';
import { templateParameter } from './template-source.ts';

export interface StackOptions {
  stackName: string;
  /** File, https:// URL or s3:// object; absent: the one that comes with this program. */
  template?: string;
  /** Given by the user; the others keep the value that the stack has. */
  parameters: Readonly<Record<string, string>>;
}

/** A stack of CloudFormation. */
export function createStackDriver(client: AwsClient, { stackName, template, parameters }: StackOptions): InfraDriver {
  const cloudFormation = createCloudFormation(client);
  const title = `stack ${stackName} in ${client.region}`;

  /** Events from before the operation that was begun here. */
  let before: Set<string> | undefined;

  async function eventsSoFar(): Promise<Set<string>> {
    const events = await cloudFormation.events(stackName).catch(() => []);
    return new Set(events.map(({ id }) => id));
  }

  /** Events from before the operation under way, whoever began it. */
  async function eventsBefore(): Promise<Set<string>> {
    const events = await cloudFormation.events(stackName);
    const begin = events.findIndex(
      ({ type, reason }) => type === 'AWS::CloudFormation::Stack' && reason === 'User Initiated',
    );
    return new Set((begin < 0 ? [] : events.slice(begin + 1)).map(({ id }) => id));
  }

  /** To the end of the operation under way. Rejects with the cause when it fails. */
  async function followOperation(name: string, seen: Set<string>, progress: Progress): Promise<void> {
    const known = new Set(seen);
    const end = await follow(title, async () => {
      const stack = await cloudFormation.stack(name);
      const events = await cloudFormation.events(name).catch(() => []);
      for (const event of events.filter(({ id }) => !known.has(id)).reverse()) {
        known.add(event.id);
        if (event.type !== 'AWS::CloudFormation::Stack') progress(event.resource, event.status);
      }
      if (stack === undefined) return { status: 'DELETE_COMPLETE', events };
      return stack.status.endsWith('_IN_PROGRESS') ? undefined : { status: stack.status, events };
    });
    if (/^(CREATE|UPDATE|DELETE|IMPORT)_COMPLETE$/.test(end.status)) return;
    throw stackFailure(
      title,
      end.status,
      end.events.filter(({ id }) => !seen.has(id)),
    );
  }

  return {
    title,
    environment: (outputs) => serverEnvironment(client.region, outputs as Record<string, string>),
    endpoint: (outputs) => outputs.APIEndpoint as string | undefined,

    async status({ drift } = { drift: false }): Promise<Deployment> {
      const stack = await cloudFormation.stack(stackName);
      if (stack === undefined || stack.status === 'REVIEW_IN_PROGRESS' || stack.status === 'DELETE_COMPLETE')
        return { state: 'absent', detail: stack?.status ?? 'there is no such stack', outputs: {} };
      return {
        state: stateOf(stack.status),
        detail: stack.reason === undefined ? stack.status : `${stack.status}: ${stack.reason}`,
        outputs: stack.outputs,
        ...(drift && { drift: await stackDrift(cloudFormation, stackName, title) }),
      };
    },

    async settle(progress) {
      await followOperation(stackName, before ?? (await eventsBefore()), progress);
    },

    async plan() {
      const stack = await cloudFormation.stack(stackName);
      const isNew = stack === undefined || stack.status === 'REVIEW_IN_PROGRESS';
      if (stack !== undefined && !isNew) refuseHopeless(stack.status, stackName, title);
      const source = await templateParameter(template);
      const values = await templateParameters(cloudFormation, source, isNew ? undefined : stack, stackName, parameters);
      const name = `runvoy-${randomBytes(6).toString('hex')}`;
      await cloudFormation.call('CreateChangeSet', {
        StackName: stackName,
        ChangeSetName: name,
        ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
        ...source,
        ...values,
        'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
        'Tags.member.1.Key': 'ManagedBy',
        'Tags.member.1.Value': 'runvoy-cli',
        // What an earlier stack has left behind is taken back by its name.
        ImportExistingResources: 'true',
      });
      const answer = await follow(title, async () => {
        const set = (await cloudFormation.call('DescribeChangeSet', {
          StackName: stackName,
          ChangeSetName: name,
        })) as Record<string, Xml>;
        return /_(PENDING|IN_PROGRESS)$/.test(String(set.Status)) ? undefined : set;
      });
      if (answer.Status === 'FAILED') {
        await cloudFormation.call('DeleteChangeSet', { StackName: stackName, ChangeSetName: name });
        const reason = textOf(answer.StatusReason) ?? '';
        if (/didn't contain changes|No updates are to be performed/i.test(reason)) return { changes: [] };
        throw new RunvoyError('INVALID_REQUEST', `${title} cannot be planned: ${reason}`, {
          remedy: 'Correct the template or the parameters.',
        });
      }
      const changes = await cloudFormation.list(
        'DescribeChangeSet',
        { StackName: stackName, ChangeSetName: name },
        'Changes',
      );
      return {
        id: name,
        changes: changes.map(({ ResourceChange }) => toChange(ResourceChange as Record<string, Xml>)),
      };
    },

    async begin({ id, changes }) {
      before = await eventsSoFar();
      await cloudFormation.call('ExecuteChangeSet', {
        StackName: stackName,
        ChangeSetName: id,
        // A table that a failed operation has made is empty, and would be in the way of the next. One that is taken back is not.
        RetainExceptOnCreate: changes.some(({ action }) => action === 'import') ? undefined : 'true',
      });
    },

    async discard({ id }) {
      if (id === undefined) return;
      await cloudFormation.call('DeleteChangeSet', { StackName: stackName, ChangeSetName: id });
      // A stack that was never made is only the place where its first change set was kept.
      const stack = await cloudFormation.stack(stackName);
      if (stack?.status === 'REVIEW_IN_PROGRESS') await cloudFormation.call('DeleteStack', { StackName: stackName });
    },

    async destroy({ deleteData }, progress, wait) {
      const stack = await cloudFormation.stack(stackName);
      if (stack === undefined) return { kept: [] };
      const data = (await cloudFormation.resources(stackName)).filter(({ type }) => keepsData(type));
      const seen = await eventsSoFar();
      await cloudFormation.call('DeleteStack', { StackName: stackName });
      if (!wait) return { kept: data.map(({ physicalId }) => physicalId) };
      // By its id: a stack that is gone has no name.
      await followOperation(stack.id, seen, progress);
      if (!deleteData) return { kept: data.map(({ type, physicalId }) => `${type} ${physicalId}`) };
      const kept: string[] = [];
      for (const each of data) {
        const left = await deleteKeptResource(client, each);
        progress(each.resource, left ?? 'DELETE_COMPLETE');
        if (left !== undefined) kept.push(`${each.type} ${each.physicalId} (${left})`);
      }
      return { kept };
    },
  };
}

function stateOf(status: string): Deployment['state'] {
  if (status.endsWith('_IN_PROGRESS')) return 'busy';
  // After a rollback of an update, the stack is what it was before, and works.
  return /^(CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_COMPLETE$/.test(status) ? 'ready' : 'failed';
}

/** States that CloudFormation updates from never. */
function refuseHopeless(status: string, stackName: string, title: string): void {
  const remedies: Record<string, string> = {
    ROLLBACK_COMPLETE:
      'It was never made, and is only in the way: runvoy infra destroy --provider aws, and apply again.',
    ROLLBACK_FAILED: 'It was never made whole: runvoy infra destroy --provider aws, and apply again.',
    DELETE_FAILED: 'Run runvoy infra destroy --provider aws again; it says what could not be deleted.',
    UPDATE_ROLLBACK_FAILED: `Correct what its events name, then: aws cloudformation continue-update-rollback --stack-name ${stackName}`,
  };
  const remedy = remedies[status];
  if (remedy !== undefined)
    throw new RunvoyError('CONFLICT', `${title} is ${status} and cannot be updated`, { remedy });
}

function toChange({ Action, Replacement, LogicalResourceId, ResourceType }: Record<string, Xml>): Change {
  const actions: Record<string, Change['action']> = { Add: 'create', Remove: 'delete', Import: 'import' };
  const type = String(ResourceType);
  return {
    action: actions[String(Action)] ?? (Replacement === 'True' || Replacement === 'Conditional' ? 'replace' : 'update'),
    resource: String(LogicalResourceId),
    type,
    holdsData: keepsData(type),
  };
}
