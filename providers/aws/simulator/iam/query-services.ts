import { AwsError } from '../wire/aws-error.ts';
import type { Call } from '../wire/service.ts';
import { element } from '../wire/xml.ts';

/** An operation of the query protocol: form fields in, XML out. */
export interface QueryOperation {
  /** `service:Operation`. */
  name: string;
  namespace: string;
  run(form: URLSearchParams, call: Call): string;
}

const iamNamespace = 'https://iam.amazonaws.com/doc/2010-05-08/';
const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

function getRole(form: URLSearchParams, call: Call): string {
  const name = form.get('RoleName') ?? '';
  if (!/^[\w+=,.@-]{1,64}$/.test(name))
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '${name}' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+`,
    );
  call.authorize('iam:GetRole', `arn:aws:iam::${call.deployment.names.account}:role/${name}`);
  const role = call.deployment.roles.get(name);
  if (!role) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
  return element('Role', {
    Path: '/',
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt).toISOString(),
    AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
    MaxSessionDuration: '3600',
  });
}

/** "No permissions are required to perform this operation." */
function getCallerIdentity(_form: URLSearchParams, { caller, deployment }: Call): string {
  const userId = caller.accessKeyId.replace('AKIA', 'AIDA');
  return [element('Arn', caller.arn), element('UserId', userId), element('Account', deployment.names.account)].join('');
}

export const queryOperations: ReadonlyMap<string, QueryOperation> = new Map([
  ['GetRole', { name: 'iam:GetRole', namespace: iamNamespace, run: getRole }],
  ['GetCallerIdentity', { name: 'sts:GetCallerIdentity', namespace: stsNamespace, run: getCallerIdentity }],
]);
