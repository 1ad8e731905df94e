import type { ListTagsForResourceRequest, Tag, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-ecs';
import type { Call } from '../wire/service.ts';
import { invalidParameter } from './errors.ts';
import { findDefinition } from './task-definitions.ts';

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export function checkTags(tags: readonly Tag[] = []): void {
  if (tags.length > 50) throw invalidParameter('The number of tags exceeds the limit of 50.');
  const keys = tags.map(({ key = '' }) => key);
  if (new Set(keys).size !== keys.length) throw invalidParameter('Duplicate tag keys found.');
  for (const { key = '', value = '' } of tags) {
    if (key === '' || key.length > 128 || !allowed.test(key) || /^aws:/i.test(key))
      throw invalidParameter(`Invalid tag key: ${key}`);
    if (value.length > 256 || !allowed.test(value)) throw invalidParameter(`Invalid tag value: ${value}`);
  }
}

interface Tagged {
  tags?: Tag[] | undefined;
}

function tagged(arn: string, { deployment }: Call): Tagged {
  const found = arn.includes(':task-definition/')
    ? findDefinition(deployment, arn)
    : deployment.ecs.tasks.get(arn)?.record;
  if (!found) throw invalidParameter('The specified resource is not found. Specify a valid resource and try again.');
  return found;
}

export function tagResource({ resourceArn, tags = [] }: TagResourceRequest, call: Call) {
  const target = tagged(resourceArn!, call);
  const added = new Set(tags.map(({ key }) => key));
  const all = [...(target.tags ?? []).filter(({ key }) => !added.has(key)), ...tags];
  checkTags(all);
  target.tags = all;
  return {};
}

export function untagResource({ resourceArn, tagKeys = [] }: UntagResourceRequest, call: Call) {
  const target = tagged(resourceArn!, call);
  target.tags = (target.tags ?? []).filter(({ key }) => !tagKeys.includes(key!));
  return {};
}

export const listTagsForResource = ({ resourceArn }: ListTagsForResourceRequest, call: Call) => ({
  tags: tagged(resourceArn!, call).tags ?? [],
});
