import type {
  GetParameterHistoryRequest,
  GetParameterHistoryResult,
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter,
} from '@aws-sdk/client-ssm';
import { isManaged } from '../kms/keys.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { parameterNotFound, validation, violates } from './errors.ts';
import { page } from './page.ts';
import { parameterArn, plainName } from './parameter-arn.ts';
import type { ParameterVersion, StoredParameter } from './parameters.ts';

/** A parameter by name or ARN, with a version behind a colon if one is wanted. */
function find(selector: string, call: Call): { parameter: StoredParameter; version: ParameterVersion } | undefined {
  const arnPrefix = parameterArn(call.deployment, '/');
  const name = selector.startsWith('arn:') ? `/${selector.slice(arnPrefix.length)}` : selector;
  const parameter =
    call.deployment.ssm.get(plainName(name)) ?? call.deployment.ssm.get(plainName(name).replace(/^\//, ''));
  if (!parameter) return undefined;
  const wanted = name.slice(plainName(name).length + 1);
  if (wanted === '') return { parameter, version: parameter.versions.at(-1)! };
  const version = parameter.versions.find((each) => String(each.version) === wanted);
  if (!version)
    throw new AwsError(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${wanted} of ${plainName(name)}.`,
    );
  return { parameter, version };
}

function shown(parameter: StoredParameter, version: ParameterVersion, decrypt: boolean, call: Call): Parameter {
  return {
    Name: parameter.name,
    Type: version.type,
    Value: secretOrPlain(version, decrypt, call),
    Version: version.version,
    LastModifiedDate: new Date(version.modifiedAt),
    ARN: parameterArn(call.deployment, parameter.name),
    DataType: parameter.dataType,
  };
}

function secretOrPlain({ type, value, keyArn }: ParameterVersion, decrypt: boolean, call: Call): string {
  if (type !== 'SecureString') return value;
  // The ciphertext is of no use to anyone; it only must not be the value.
  if (!decrypt) return Buffer.from(`encrypted:${call.deployment.random.text(32)}`).toString('base64');
  if (!isManaged(call.deployment.names, keyArn!)) call.authorize('kms:Decrypt', keyArn!);
  return value;
}

export function getParameter(input: GetParameterRequest, call: Call): GetParameterResult {
  const found = find(input.Name!, call);
  if (!found) throw parameterNotFound(input.Name!);
  return { Parameter: shown(found.parameter, found.version, input.WithDecryption ?? false, call) };
}

export function getParameters(
  { Names = [], WithDecryption = false }: GetParametersRequest,
  call: Call,
): GetParametersResult {
  if (Names.length === 0 || Names.length > 10)
    throw violates(`[${Names.join(', ')}]`, 'names', 'Member must have length less than or equal to 10');
  const parameters: Parameter[] = [];
  const invalid: string[] = [];
  for (const name of new Set(Names)) {
    const found = find(name, call);
    if (found) parameters.push(shown(found.parameter, found.version, WithDecryption, call));
    else invalid.push(name);
  }
  return { Parameters: parameters, InvalidParameters: invalid };
}

export function getParametersByPath(input: GetParametersByPathRequest, call: Call): GetParametersByPathResult {
  const { Path: path = '', Recursive: recursive = false, MaxResults = 10, WithDecryption = false } = input;
  if (!path.startsWith('/'))
    throw validation(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
    );
  if (MaxResults < 1 || MaxResults > 10)
    throw violates(MaxResults, 'maxResults', 'Member must have value less than or equal to 10');
  const prefix = path.endsWith('/') ? path : `${path}/`;
  const all = [...call.deployment.ssm.parameters.values()]
    .filter(({ name }) => name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/')))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const { items, ...more } = page(all, MaxResults, input.NextToken);
  return { Parameters: items.map((each) => shown(each, each.versions.at(-1)!, WithDecryption, call)), ...more };
}

export function getParameterHistory(input: GetParameterHistoryRequest, call: Call): GetParameterHistoryResult {
  const parameter = call.deployment.ssm.get(input.Name!);
  if (!parameter) throw parameterNotFound(input.Name!);
  const { items, ...more } = page(parameter.versions, input.MaxResults ?? 50, input.NextToken);
  return {
    Parameters: items.map((version) => ({
      Name: parameter.name,
      Type: version.type,
      ...(version.keyId === undefined ? {} : { KeyId: version.keyId }),
      LastModifiedDate: new Date(version.modifiedAt),
      LastModifiedUser: version.modifiedBy,
      Value: secretOrPlain(version, input.WithDecryption ?? false, call),
      Version: version.version,
      Tier: parameter.tier,
      DataType: parameter.dataType,
    })),
    ...more,
  };
}
