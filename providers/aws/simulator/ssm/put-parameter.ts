import type { ParameterTier, PutParameterRequest, PutParameterResult } from '@aws-sdk/client-ssm';
import { isManaged, managedAlias, resolveKey } from '../kms/keys.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { validation, violates } from './errors.ts';
import { parameterArn } from './parameter-arn.ts';
import type { ParameterVersion, StoredParameter } from './parameters.ts';
import { checkTags } from './tags.ts';

const standardBytes = 4096;
const advancedBytes = 8192;
const maximumVersions = 100;
const maximumLevels = 15;

export function putParameter(input: PutParameterRequest, call: Call): PutParameterResult {
  const { deployment } = call;
  const name = input.Name!;
  const value = input.Value!;
  const { Overwrite: overwrite = false, Tags: tags = [] } = input;
  checkName(name, call);
  if (tags.length > 0 && overwrite)
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  checkTags(tags);
  const existing = deployment.ssm.get(name);
  if (existing && !overwrite)
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  const type = input.Type ?? existing?.versions.at(-1)?.type;
  if (type === undefined) throw validation('A parameter type is required when you create a parameter.');
  if (!['String', 'StringList', 'SecureString'].includes(type))
    throw violates(type, 'type', 'Member must satisfy enum value set: [SecureString, StringList, String]');
  const tier = chooseTier(input, existing);
  checkValue(value, tier, input.AllowedPattern ?? existing?.allowedPattern);
  const key = type === 'SecureString' ? keyFor(input.KeyId, tier, call) : {};
  if (tags.length > 0) call.authorize('ssm:AddTagsToResource', parameterArn(deployment, name));

  const version: ParameterVersion = {
    version: (existing?.versions.at(-1)?.version ?? 0) + 1,
    value,
    type,
    modifiedAt: deployment.now(),
    modifiedBy: call.caller.arn,
    ...key,
  };
  deployment.ssm.parameters.set(name, {
    name,
    tier,
    dataType: input.DataType ?? existing?.dataType ?? 'text',
    tags: existing?.tags ?? [...tags],
    versions: [...(existing?.versions ?? []), version].slice(-maximumVersions),
    ...defined({
      description: input.Description ?? existing?.description,
      allowedPattern: input.AllowedPattern ?? existing?.allowedPattern,
    }),
  });
  return { Version: version.version, Tier: tier };
}

function checkName(name: string, call: Call): void {
  const bytes = parameterArn(call.deployment, name).length;
  if (name.length > 2048) throw violates(name, 'name', 'Member must have length less than or equal to 2048');
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name))
    throw validation(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  if (/^\/?(aws|ssm)/i.test(name))
    throw /^\/?aws/i.test(name)
      ? new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`)
      : validation('Parameter name: can\'t be prefixed with "ssm" (case-insensitive).');
  if (name.includes('/') && !name.startsWith('/')) throw validation('Parameter name must be a fully qualified name.');
  if (/\/\/|\/$/.test(name)) throw validation('Parameter name must not contain empty sub-paths, or end with a slash.');
  if (name.split('/').length - 1 > maximumLevels)
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `The hierarchy can have a maximum of ${maximumLevels} levels.`,
    );
  if (bytes > 1011 + 'arn:aws:ssm:'.length + 40) throw validation('Parameter name is too long.');
}

function chooseTier({ Tier: wanted, Value: value }: PutParameterRequest, existing?: StoredParameter): ParameterTier {
  const needsAdvanced = Buffer.byteLength(value!) > standardBytes;
  if (wanted === 'Standard' && existing?.tier === 'Advanced')
    throw validation(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If you need to, delete the advanced parameter and re-create it as a standard parameter.",
    );
  if (existing?.tier === 'Advanced' || wanted === 'Advanced') return 'Advanced';
  if (wanted === 'Intelligent-Tiering') return needsAdvanced ? 'Advanced' : 'Standard';
  return 'Standard';
}

function checkValue(value: string, tier: ParameterTier, allowed?: string): void {
  if (value === '') throw violates('', 'value', 'Member must have length greater than or equal to 1');
  const bytes = Buffer.byteLength(value);
  if (tier === 'Standard' && bytes > standardBytes)
    throw validation(
      `Standard tier parameters support a maximum parameter value of ${standardBytes} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
    );
  if (bytes > advancedBytes)
    throw validation(`Advanced tier parameters support a maximum parameter value of ${advancedBytes} characters.`);
  if (value.includes('{{'))
    throw validation('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.');
  if (allowed !== undefined && !new RegExp(allowed).test(value))
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${allowed}`,
    );
}

/** The caller itself must be allowed to use the key: Parameter Store acts for it. */
function keyFor(keyId = managedAlias, tier: ParameterTier, call: Call): { keyArn: string; keyId: string } {
  const { names } = call.deployment;
  const keyArn = resolveKey(names, keyId);
  if (keyArn === undefined) throw new AwsError('InvalidKeyId', `Invalid keyId ${keyId}`);
  if (!isManaged(names, keyArn)) call.authorize(tier === 'Advanced' ? 'kms:GenerateDataKey' : 'kms:Encrypt', keyArn);
  return { keyArn, keyId };
}

const defined = <Value extends object>(value: Value) =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [Name in keyof Value]?: NonNullable<Value[Name]>;
  };
