import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  RemoveTagsFromResourceRequest,
  Tag,
} from '@aws-sdk/client-ssm';
import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { validation } from './errors.ts';
import type { StoredParameter } from './parameters.ts';

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export function checkTags(tags: readonly Tag[]): void {
  if (tags.length > 50) throw new AwsError('TooManyTagsError', 'A resource can have at most 50 tags.');
  for (const { Key = '', Value = '' } of tags) {
    if (Key === '' || Key.length > 128 || !allowed.test(Key) || /^aws:/i.test(Key))
      throw validation(`Invalid tag key: ${Key}`);
    if (Value.length > 256 || !allowed.test(Value)) throw validation(`Invalid tag value: ${Value}`);
  }
}

interface Resource {
  ResourceType?: string | undefined;
  ResourceId?: string | undefined;
}

function find({ ResourceType, ResourceId }: Resource, { deployment }: Call): StoredParameter {
  if (ResourceType !== 'Parameter')
    throw new AwsError('InvalidResourceType', 'The resource type is not valid. The simulator knows parameters only.');
  const parameter = deployment.ssm.get(ResourceId!);
  if (!parameter)
    throw new AwsError(
      'InvalidResourceId',
      'The resource ID is not valid. Verify that you entered the correct ID and try again.',
    );
  return parameter;
}

export function addTags(input: AddTagsToResourceRequest, call: Call) {
  const parameter = find(input, call);
  const added = input.Tags ?? [];
  const all = [...parameter.tags.filter(({ Key }) => added.every((tag) => tag.Key !== Key)), ...added];
  checkTags(all);
  parameter.tags = all;
  return {};
}

export function removeTags(input: RemoveTagsFromResourceRequest, call: Call) {
  const parameter = find(input, call);
  parameter.tags = parameter.tags.filter(({ Key }) => !input.TagKeys!.includes(Key!));
  return {};
}

export const listTags = (input: ListTagsForResourceRequest, call: Call) => ({ TagList: find(input, call).tags });
