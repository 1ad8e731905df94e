import type {
  DeleteSubscriptionFilterRequest,
  DescribeSubscriptionFiltersRequest,
  DescribeSubscriptionFiltersResponse,
  PutSubscriptionFilterRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { findGroup, invalid } from './errors.ts';
import { checkPattern } from './filter-pattern.ts';

/** "Each log group can have up to two subscription filters." */
const maximumFilters = 2;

export function putSubscription(input: PutSubscriptionFilterRequest, { deployment }: Call) {
  const group = findGroup(deployment, input);
  const { filterName, filterPattern, destinationArn, roleArn } = input;
  checkPattern(filterPattern!);
  if (!deployment.functionByArn(destinationArn!))
    throw invalid(
      'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
    );
  const others = group.subscriptions.filter((subscription) => subscription.filterName !== filterName);
  if (others.length >= maximumFilters) throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
  group.subscriptions = [
    ...others,
    {
      filterName: filterName!,
      filterPattern: filterPattern!,
      destinationArn: destinationArn!,
      roleArn,
      createdAt: deployment.now(),
    },
  ];
  return {};
}

export function describeSubscriptions(
  input: DescribeSubscriptionFiltersRequest,
  { deployment }: Call,
): DescribeSubscriptionFiltersResponse {
  const group = findGroup(deployment, input);
  const { filterNamePrefix = '' } = input;
  const subscriptionFilters = group.subscriptions
    .filter(({ filterName }) => filterName.startsWith(filterNamePrefix))
    .map(({ createdAt, ...subscription }) => ({
      ...subscription,
      logGroupName: group.name,
      distribution: 'ByLogStream' as const,
      creationTime: createdAt,
    }));
  return { subscriptionFilters };
}

export function deleteSubscription(input: DeleteSubscriptionFilterRequest, { deployment }: Call) {
  const group = findGroup(deployment, input);
  if (!group.subscriptions.some(({ filterName }) => filterName === input.filterName))
    throw new AwsError('ResourceNotFoundException', 'The specified subscription filter does not exist.');
  group.subscriptions = group.subscriptions.filter(({ filterName }) => filterName !== input.filterName);
  return {};
}
