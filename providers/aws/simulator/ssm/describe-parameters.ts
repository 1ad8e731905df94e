import type { DescribeParametersRequest, DescribeParametersResult, ParameterStringFilter } from '@aws-sdk/client-ssm';
import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { validation, violates } from './errors.ts';
import { page } from './page.ts';
import { parameterArn } from './parameter-arn.ts';
import type { StoredParameter } from './parameters.ts';

export function describeParameters(input: DescribeParametersRequest, call: Call): DescribeParametersResult {
  const { ParameterFilters: filters = [], MaxResults = 50, NextToken } = input;
  if (MaxResults < 1 || MaxResults > 50)
    throw violates(MaxResults, 'maxResults', 'Member must have value less than or equal to 50');
  if ((input.Filters ?? []).length > 0 && filters.length > 0)
    throw validation('You can use either Filters or ParameterFilters in a single request.');
  if ((input.Filters ?? []).length > 0) throw validation('The simulator knows ParameterFilters only.');
  const all = [...call.deployment.ssm.parameters.values()]
    .filter((parameter) => filters.every((filter) => passes(parameter, filter)))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const { items, ...more } = page(all, MaxResults, NextToken);
  return {
    Parameters: items.map((parameter) => {
      const { type, keyId, modifiedAt, modifiedBy, version } = parameter.versions.at(-1)!;
      return {
        Name: parameter.name,
        ARN: parameterArn(call.deployment, parameter.name),
        Type: type,
        ...(keyId === undefined ? {} : { KeyId: keyId }),
        LastModifiedDate: new Date(modifiedAt),
        LastModifiedUser: modifiedBy,
        ...(parameter.description === undefined ? {} : { Description: parameter.description }),
        ...(parameter.allowedPattern === undefined ? {} : { AllowedPattern: parameter.allowedPattern }),
        Version: version,
        Tier: parameter.tier,
        Policies: [],
        DataType: parameter.dataType,
      };
    }),
    ...more,
  };
}

function passes(
  parameter: StoredParameter,
  { Key: key = '', Option: option, Values: values = [] }: ParameterStringFilter,
): boolean {
  const last = parameter.versions.at(-1)!;
  if (key === 'Path') return values.some((path) => isBelow(parameter.name, path, option ?? 'OneLevel'));
  if (key.startsWith('tag:')) {
    const found = parameter.tags.find((tag) => `tag:${tag.Key}` === key);
    return found !== undefined && (values.length === 0 || values.includes(found.Value!));
  }
  switch (key) {
    case 'Name':
      return values.some((value) => compare(parameter.name, value, option ?? 'Equals'));
    case 'Type':
      return values.includes(last.type);
    case 'KeyId':
      return values.some((value) => compare(last.keyId ?? '', value, option ?? 'Equals'));
    case 'Tier':
      return values.includes(parameter.tier);
    default:
      throw violates(
        key,
        'parameterFilters.1.member.key',
        'Member must satisfy regular expression pattern: tag:.+|Name|Type|KeyId|Path|Label|Tier',
      );
  }
}

function isBelow(name: string, path: string, option: string): boolean {
  if (option !== 'Recursive' && option !== 'OneLevel') throw invalidOption(option);
  const prefix = path.endsWith('/') ? path : `${path}/`;
  if (!name.startsWith(prefix)) return false;
  return option === 'Recursive' || !name.slice(prefix.length).includes('/');
}

function compare(text: string, value: string, option: string): boolean {
  switch (option) {
    case 'Equals':
      return text === value;
    case 'BeginsWith':
      return text.startsWith(value);
    case 'Contains':
      return text.includes(value);
    default:
      throw invalidOption(option);
  }
}

const invalidOption = (option: string) =>
  new AwsError('InvalidFilterOption', `The specified filter option is not valid: ${option}`);
