import { type ErrorCode, RunvoyError } from '@runvoy/core/provider';

/** An error of Terraform, as Infrastructure Manager and `terraform -json` tell it. */
export interface TerraformFailure {
  resource?: string;
  message: string;
  httpStatus?: number;
}

interface Cause {
  pattern: RegExp;
  httpStatus?: number;
  code: ErrorCode;
  remedy: string;
}

const causes: readonly Cause[] = [
  {
    pattern: /allUsers|allowed policy member domains|constraints\//i,
    code: 'FORBIDDEN',
    remedy:
      'A policy of the organisation forbids it. Ask for an exception, or try the other way with --parameter open_by_all_users=true or =false.',
  },
  {
    pattern: /SERVICE_DISABLED|has not been used in project|is disabled/i,
    code: 'CONFLICT',
    remedy: 'The API was switched on moments ago: wait a minute, and apply again.',
  },
  {
    pattern: /quota|RATE_LIMIT|exceeded/i,
    httpStatus: 429,
    code: 'CAPACITY_EXCEEDED',
    remedy: 'Ask for more on the Quotas page of the console, or remove what is not needed, and apply again.',
  },
  {
    pattern: /already exists|alreadyExists/i,
    httpStatus: 409,
    code: 'CONFLICT',
    remedy:
      'It was left by an earlier deployment, or belongs to something else. Use it with --parameter firestore_database_exists=true or --parameter secrets_key=projects/…, or choose another --parameter name=….',
  },
  {
    pattern: /permission|forbidden|not authorized|denied/i,
    httpStatus: 403,
    code: 'FORBIDDEN',
    remedy:
      'Grant the role to the account that Terraform runs as (runvoy-infra, or that of --service-account), and apply again. What was granted moments ago holds after a minute or two.',
  },
];

/** The first of Terraform's errors that has a known cause, or the first; the number of the others is told. */
export function terraformFailure(title: string, failures: readonly TerraformFailure[], detail: string): RunvoyError {
  const found = failures
    .map((failure) => ({ failure, cause: causes.find((cause) => matches(cause, failure)) }))
    .sort((one, other) => Number(one.cause === undefined) - Number(other.cause === undefined))[0];
  if (found === undefined)
    return new RunvoyError('SERVICE_UNAVAILABLE', `${title} failed: ${detail || 'no reason was given'}`, {
      remedy: 'Look at the log that Infrastructure Manager has kept, and apply again.',
    });
  const { failure, cause } = found;
  const more = failures.length > 1 ? ` (and ${failures.length - 1} more)` : '';
  const where = failure.resource ? `${failure.resource}: ` : '';
  return new RunvoyError(cause?.code ?? 'SERVICE_UNAVAILABLE', `${title} failed: ${where}${failure.message}${more}`, {
    remedy: cause?.remedy ?? 'Correct the cause, and apply again: what was made is kept, and only the rest is made.',
  });
}

function matches({ pattern, httpStatus }: Cause, failure: TerraformFailure): boolean {
  return (httpStatus !== undefined && failure.httpStatus === httpStatus) || pattern.test(failure.message);
}
