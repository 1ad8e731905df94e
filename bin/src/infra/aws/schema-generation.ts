import type { Xml } from './aws-client.ts';
import type { CloudFormation } from './cloudformation.ts';

/** Of the tables of a stack that upstream made: only its main has the indexes for lists of images and secrets. */
export async function generationOf(cloudFormation: CloudFormation, stackName: string): Promise<'main' | 'released'> {
  const { TemplateBody } = (await cloudFormation.call('GetTemplate', { StackName: stackName })) as Record<string, Xml>;
  return String(TemplateBody).includes('all-image_id') ? 'main' : 'released';
}
