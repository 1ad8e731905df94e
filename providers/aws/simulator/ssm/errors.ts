import { AwsError } from '../wire/aws-error.ts';

export const validation = (message: string) => new AwsError('ValidationException', message);
export const parameterNotFound = (name: string) => new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
export const violates = (value: unknown, member: string, constraint: string) =>
  validation(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
