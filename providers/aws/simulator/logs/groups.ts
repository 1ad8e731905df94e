import type {
  CreateLogGroupRequest,
  DeleteLogGroupRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  PutRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { arnOf } from '../names.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { findGroup, invalid, readToken, writeToken } from './errors.ts';

const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function createGroup({ logGroupName = '' }: CreateLogGroupRequest, { deployment }: Call) {
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(logGroupName))
    throw invalid(
      `1 validation error detected: Value '${logGroupName}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
    );
  if (deployment.logs.groups.has(logGroupName))
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  deployment.logs.createGroup(logGroupName);
  return {};
}

export function deleteGroup(input: DeleteLogGroupRequest, { deployment }: Call) {
  deployment.logs.groups.delete(findGroup(deployment, input).name);
  return {};
}

export function putRetention(input: PutRetentionPolicyRequest, { deployment }: Call) {
  if (!retentions.includes(input.retentionInDays!)) throw invalid('Invalid retentionInDays.');
  findGroup(deployment, input).retentionInDays = input.retentionInDays!;
  return {};
}

export function describeGroups(input: DescribeLogGroupsRequest, { deployment }: Call): DescribeLogGroupsResponse {
  const { logGroupNamePrefix = '', limit = 50, nextToken } = input;
  if (limit < 1 || limit > 50) throw invalid('limit must be between 1 and 50.');
  const all = [...deployment.logs.groups.values()]
    .filter(({ name }) => name.startsWith(logGroupNamePrefix))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const start = readToken(nextToken);
  const logGroups = all.slice(start, start + limit).map(({ name, createdAt, retentionInDays }) => ({
    logGroupName: name,
    creationTime: createdAt,
    ...(retentionInDays === undefined ? {} : { retentionInDays }),
    metricFilterCount: 0,
    arn: `${arnOf(deployment.names, 'logs', `log-group:${name}`)}:*`,
    storedBytes: 0,
  }));
  return { logGroups, ...(start + limit < all.length ? { nextToken: writeToken(start + limit) } : {}) };
}
