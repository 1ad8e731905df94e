import type { DeleteParameterRequest, DeleteParametersRequest, DeleteParametersResult } from '@aws-sdk/client-ssm';
import type { Call } from '../wire/service.ts';
import { parameterNotFound, violates } from './errors.ts';

export function deleteParameter({ Name }: DeleteParameterRequest, { deployment }: Call) {
  if (!deployment.ssm.parameters.delete(Name!)) throw parameterNotFound(Name!);
  return {};
}

export function deleteParameters(
  { Names = [] }: DeleteParametersRequest,
  { deployment }: Call,
): DeleteParametersResult {
  if (Names.length === 0 || Names.length > 10)
    throw violates(`[${Names.join(', ')}]`, 'names', 'Member must have length less than or equal to 10');
  const deleted = Names.filter((name) => deployment.ssm.parameters.delete(name));
  return { DeletedParameters: deleted, InvalidParameters: Names.filter((name) => !deleted.includes(name)) };
}
