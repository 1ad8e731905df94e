import type { Deployment } from '../deployment.ts';
import type { Caller } from '../permissions/caller.ts';
import type { AwsError } from './aws-error.ts';
import { type OperationSchema, operationOf } from './schema.ts';

/** Around one request. */
export interface Call {
  deployment: Deployment;
  caller: Caller;
  requestId: string;
  /** Refuses with the service's own error unless the caller may do this on every one of these resources. */
  authorize(action: string, ...resources: readonly string[]): void;
}

export interface Operation {
  schema: OperationSchema;
  /** What the caller must be allowed to do it on; `*` where the action knows no resources. */
  resources(input: never, call: Call): readonly string[];
  run(input: never, call: Call): object | Promise<object>;
}

export interface Service {
  /** As in IAM actions, e.g. `ecs`. */
  name: string;
  /** What comes before the operation's name in `X-Amz-Target`. */
  target: string;
  /** The refusal of a request that lacks a required member. */
  missingMember(member: string, operation: string): AwsError;
  operations: ReadonlyMap<string, Operation>;
}

/** One operation by the SDK's own schema, e.g. `RunTask$` of the service's client. */
export function operation<Input, Output extends object>(
  schema: unknown,
  resources: (input: Input, call: Call) => readonly string[],
  run: (input: Input, call: Call) => Output | Promise<Output>,
): Operation {
  return { schema: operationOf(schema), resources, run };
}

export const everything = (): readonly string[] => ['*'];

export const byName = (operations: readonly Operation[]): ReadonlyMap<string, Operation> =>
  new Map(operations.map((each) => [each.schema.name, each]));
