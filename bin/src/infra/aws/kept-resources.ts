import type { AwsClient } from './aws-client.ts';
import { awsCode } from './aws-failure.ts';

const kinds = ['AWS::DynamoDB::Table', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'];
/** The longest that there is: the time in which somebody can still change their mind. */
const daysUntilKeyIsGone = 30;

export function keepsData(type: string): boolean {
  return kinds.includes(type);
}

/** Deletes what a deleted stack has left behind. What it answers says why it is still there. */
export async function deleteKeptResource(
  client: AwsClient,
  { type, physicalId }: { type: string; physicalId: string },
): Promise<string | undefined> {
  try {
    if (type === 'AWS::DynamoDB::Table')
      await client.json('dynamodb', 'application/x-amz-json-1.0', 'DynamoDB_20120810.DeleteTable', {
        TableName: physicalId,
      });
    else if (type === 'AWS::Logs::LogGroup')
      await client.json('logs', 'application/x-amz-json-1.1', 'Logs_20140328.DeleteLogGroup', {
        logGroupName: physicalId,
      });
    else {
      await client.json('kms', 'application/x-amz-json-1.1', 'TrentService.ScheduleKeyDeletion', {
        KeyId: physicalId,
        PendingWindowInDays: daysUntilKeyIsGone,
      });
      return `deleted in ${daysUntilKeyIsGone} days; until then: aws kms cancel-key-deletion --key-id ${physicalId}`;
    }
    return undefined;
  } catch (error) {
    return awsCode(error) === 'ResourceNotFoundException' ? undefined : (error as Error).message;
  }
}
