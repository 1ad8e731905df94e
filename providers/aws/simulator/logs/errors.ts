import type { Deployment } from '../deployment.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { LogGroup } from './logs-state.ts';

export const invalid = (message: string) => new AwsError('InvalidParameterException', message);
const absent = (what: string) => new AwsError('ResourceNotFoundException', `The specified ${what} does not exist.`);

/** By name, or by ARN with or without `:*` at its end. */
export function findGroup(
  deployment: Deployment,
  input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined },
): LogGroup {
  const name = groupName(input);
  if (name === undefined) throw invalid('One of logGroupName and logGroupIdentifier is needed.');
  const group = deployment.logs.groups.get(name);
  if (!group) throw absent('log group');
  return group;
}

export const groupName = (input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined }) =>
  input.logGroupName ??
  input.logGroupIdentifier?.replace(/^arn:aws:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '');

export function findStream(group: LogGroup, name: string) {
  const stream = group.streams.get(name);
  if (!stream) throw absent('log stream');
  return stream;
}

/** Opaque, but a number. */
export function readToken(token: string | undefined): number {
  if (token === undefined) return 0;
  const position = Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(position)) throw invalid('The specified nextToken is invalid.');
  return position;
}

export const writeToken = (position: number): string => Buffer.from(String(position)).toString('base64url');
