import { RunvoyError } from '@runvoy/core/provider';
import type { Deployment } from '../driver.ts';
import { follow } from '../follow.ts';
import type { Xml } from './aws-client.ts';
import type { CloudFormation } from './cloudformation.ts';

/** What is no longer as the template has it; CloudFormation looks at every resource. */
export async function stackDrift(
  cloudFormation: CloudFormation,
  stackName: string,
  title: string,
): Promise<Deployment['drift']> {
  const started = (await cloudFormation.call('DetectStackDrift', { StackName: stackName })) as Record<string, Xml>;
  const id = String(started.StackDriftDetectionId);
  const end = await follow(title, async () => {
    const answer = (await cloudFormation.call('DescribeStackDriftDetectionStatus', {
      StackDriftDetectionId: id,
    })) as Record<string, Xml>;
    return answer.DetectionStatus === 'DETECTION_IN_PROGRESS' ? undefined : answer;
  });
  if (end.DetectionStatus === 'DETECTION_FAILED')
    throw new RunvoyError(
      'SERVICE_UNAVAILABLE',
      `drift of ${title} could not be found out: ${String(end.DetectionStatusReason)}`,
      {
        remedy: 'It needs permission to read every resource of the stack.',
      },
    );
  const drifts = await cloudFormation.list(
    'DescribeStackResourceDrifts',
    { StackName: stackName },
    'StackResourceDrifts',
  );
  return drifts
    .filter(({ StackResourceDriftStatus: status }) => status === 'MODIFIED' || status === 'DELETED')
    .map((each) => ({
      resource: String(each.LogicalResourceId),
      type: String(each.ResourceType),
      how: each.StackResourceDriftStatus === 'DELETED' ? 'deleted' : 'modified',
    }));
}
