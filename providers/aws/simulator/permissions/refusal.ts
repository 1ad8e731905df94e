import { AwsError } from '../wire/aws-error.ts';
import type { Caller } from './caller.ts';

/** As most services word it. */
export function refusal(caller: Caller, action: string, resource: string): AwsError {
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ${action}${on} because no identity-based policy allows the ${action} action`,
  );
}
