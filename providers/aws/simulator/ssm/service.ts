import {
  AddTagsToResource$,
  type AddTagsToResourceRequest,
  DeleteParameter$,
  type DeleteParameterRequest,
  DeleteParameters$,
  type DeleteParametersRequest,
  DescribeParameters$,
  GetParameter$,
  GetParameterHistory$,
  type GetParameterHistoryRequest,
  type GetParameterRequest,
  GetParameters$,
  GetParametersByPath$,
  type GetParametersByPathRequest,
  type GetParametersRequest,
  ListTagsForResource$,
  type ListTagsForResourceRequest,
  PutParameter$,
  type PutParameterRequest,
  RemoveTagsFromResource$,
  type RemoveTagsFromResourceRequest,
} from '@aws-sdk/client-ssm';
import { byName, type Call, everything, operation, type Service } from '../wire/service.ts';
import { deleteParameter, deleteParameters } from './delete-parameters.ts';
import { describeParameters } from './describe-parameters.ts';
import { validation } from './errors.ts';
import { parameterArn } from './parameter-arn.ts';
import { putParameter } from './put-parameter.ts';
import { getParameter, getParameterHistory, getParameters, getParametersByPath } from './read-parameters.ts';
import { addTags, listTags, removeTags } from './tags.ts';

const named = ({ Name }: { Name?: string | undefined }, { deployment }: Call) => [parameterArn(deployment, Name!)];
const allNamed = ({ Names = [] }: { Names?: string[] | undefined }, { deployment }: Call) =>
  Names.map((name) => parameterArn(deployment, name));
const tagged = ({ ResourceId }: { ResourceId?: string | undefined }, { deployment }: Call) => [
  parameterArn(deployment, ResourceId!),
];

export const ssm: Service = {
  name: 'ssm',
  target: 'AmazonSSM',
  missingMember: (member) =>
    validation(
      `1 validation error detected: Value null at '${member[0]!.toLowerCase()}${member.slice(1)}' failed to satisfy constraint: Member must not be null`,
    ),
  operations: byName([
    operation<PutParameterRequest, object>(PutParameter$, named, putParameter),
    operation<GetParameterRequest, object>(GetParameter$, named, getParameter),
    operation<GetParametersRequest, object>(GetParameters$, allNamed, getParameters),
    operation<GetParametersByPathRequest, object>(
      GetParametersByPath$,
      ({ Path }, { deployment }) => [parameterArn(deployment, Path!)],
      getParametersByPath,
    ),
    operation<GetParameterHistoryRequest, object>(GetParameterHistory$, named, getParameterHistory),
    operation<DeleteParameterRequest, object>(DeleteParameter$, named, deleteParameter),
    operation<DeleteParametersRequest, object>(DeleteParameters$, allNamed, deleteParameters),
    operation(DescribeParameters$, everything, describeParameters),
    operation<AddTagsToResourceRequest, object>(AddTagsToResource$, tagged, addTags),
    operation<RemoveTagsFromResourceRequest, object>(RemoveTagsFromResource$, tagged, removeTags),
    operation<ListTagsForResourceRequest, object>(ListTagsForResource$, tagged, listTags),
  ]),
};
