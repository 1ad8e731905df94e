import {
  CreateLogGroup$,
  type CreateLogGroupRequest,
  CreateLogStream$,
  type CreateLogStreamRequest,
  DeleteLogGroup$,
  type DeleteLogGroupRequest,
  DeleteSubscriptionFilter$,
  type DeleteSubscriptionFilterRequest,
  DescribeLogGroups$,
  type DescribeLogGroupsRequest,
  DescribeLogStreams$,
  type DescribeLogStreamsRequest,
  DescribeSubscriptionFilters$,
  type DescribeSubscriptionFiltersRequest,
  FilterLogEvents$,
  type FilterLogEventsRequest,
  GetLogEvents$,
  type GetLogEventsRequest,
  PutLogEvents$,
  type PutLogEventsRequest,
  PutRetentionPolicy$,
  type PutRetentionPolicyRequest,
  PutSubscriptionFilter$,
  type PutSubscriptionFilterRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { arnOf } from '../names.ts';
import { byName, type Call, operation, type Service } from '../wire/service.ts';
import { groupName, invalid } from './errors.ts';
import { filterLogEvents } from './filter-events.ts';
import { createGroup, deleteGroup, describeGroups, putRetention } from './groups.ts';
import { createStream, describeStreams, getEvents, putEvents } from './streams.ts';
import { deleteSubscription, describeSubscriptions, putSubscription } from './subscriptions.ts';

const ofGroup = (input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined }, call: Call) => [
  arnOf(call.deployment.names, 'logs', `log-group:${groupName(input) ?? ''}`),
];

const ofStream = (input: { logGroupName?: string | undefined; logStreamName?: string | undefined }, call: Call) => [
  arnOf(call.deployment.names, 'logs', `log-group:${input.logGroupName}:log-stream:${input.logStreamName}`),
];

export const logs: Service = {
  name: 'logs',
  target: 'Logs_20140328',
  missingMember: (member) =>
    invalid(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    ),
  operations: byName([
    operation<CreateLogGroupRequest, object>(CreateLogGroup$, ofGroup, createGroup),
    operation<DeleteLogGroupRequest, object>(DeleteLogGroup$, ofGroup, deleteGroup),
    operation<DescribeLogGroupsRequest, object>(
      DescribeLogGroups$,
      (_input, call) => [arnOf(call.deployment.names, 'logs', 'log-group:*')],
      describeGroups,
    ),
    operation<PutRetentionPolicyRequest, object>(PutRetentionPolicy$, ofGroup, putRetention),
    operation<CreateLogStreamRequest, object>(CreateLogStream$, ofGroup, createStream),
    operation<DescribeLogStreamsRequest, object>(DescribeLogStreams$, ofGroup, describeStreams),
    operation<PutLogEventsRequest, object>(PutLogEvents$, ofStream, putEvents),
    operation<GetLogEventsRequest, object>(GetLogEvents$, ofStream, getEvents),
    operation<FilterLogEventsRequest, object>(FilterLogEvents$, ofGroup, filterLogEvents),
    operation<PutSubscriptionFilterRequest, object>(PutSubscriptionFilter$, ofGroup, putSubscription),
    operation<DescribeSubscriptionFiltersRequest, object>(DescribeSubscriptionFilters$, ofGroup, describeSubscriptions),
    operation<DeleteSubscriptionFilterRequest, object>(DeleteSubscriptionFilter$, ofGroup, deleteSubscription),
  ]),
};
