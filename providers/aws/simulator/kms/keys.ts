import { arnOf, type Names } from '../names.ts';

/** "The default": a key that AWS manages, and that everybody in the account may use through Parameter Store. */
export const managedAlias = 'alias/aws/ssm';

/** The ARN of a key given by id, ARN or alias, or `undefined` where there is no such key. */
export function resolveKey(names: Names, id: string): string | undefined {
  const own = arnOf(names, 'kms', `key/${names.key}`);
  const known: Record<string, string> = {
    [names.key]: own,
    [own]: own,
    [names.keyAlias]: own,
    [arnOf(names, 'kms', names.keyAlias)]: own,
    [managedAlias]: arnOf(names, 'kms', 'key/aws-ssm'),
    [arnOf(names, 'kms', managedAlias)]: arnOf(names, 'kms', 'key/aws-ssm'),
  };
  return known[id];
}

export const isManaged = (names: Names, arn: string): boolean => arn === resolveKey(names, managedAlias);
