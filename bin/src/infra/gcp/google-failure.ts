import { type ErrorCode, RunvoyError } from '@runvoy/core/provider';

/** `google.rpc.Status`, as every API of Google answers. */
export interface GoogleStatus {
  code?: number;
  message?: string;
  status?: string;
  details?: { '@type'?: string; reason?: string; metadata?: Record<string, string> }[];
}

const remedies: Partial<Record<ErrorCode, string>> = {
  FORBIDDEN: 'Have the role granted, or use an account that has it: gcloud auth application-default login.',
  UNAUTHORIZED: 'Sign in again: gcloud auth application-default login.',
  THROTTLED: 'Try again in a minute.',
  CAPACITY_EXCEEDED: 'Ask for more on the Quotas page of the console, or remove what is not needed.',
  CONFLICT: 'Wait for the other operation, and try again: the same command follows it.',
  NOT_FOUND: 'Check the project, the region and the name.',
};

const serviceDisabled = 'SERVICE_DISABLED';

/** The API itself is not switched on in the project, or was so moments ago. */
export function isServiceDisabled(error: unknown): boolean {
  return (error as { cause?: { name?: string } }).cause?.name === serviceDisabled;
}

/** What an API answered with, as one of our errors. */
export function googleFailure(httpStatus: number, status: GoogleStatus): RunvoyError {
  const message = status.message ?? `HTTP status ${httpStatus}`;
  const disabled = status.details?.find(({ reason }) => reason === serviceDisabled)?.metadata?.service;
  if (disabled !== undefined)
    return new RunvoyError('CONFLICT', `${disabled} is not switched on in this project`, {
      remedy: `gcloud services enable ${disabled}, wait a minute, and try again.`,
      cause: Object.assign(new Error(message), { name: serviceDisabled }),
    });
  const code = codeOf(httpStatus, message);
  const remedy = /billing/i.test(message)
    ? 'Link a billing account: gcloud billing projects link <project> --billing-account=<id>.'
    : remedies[code];
  return new RunvoyError(code, message, {
    ...(remedy && { remedy }),
    cause: new Error(status.status ?? String(httpStatus)),
  });
}

function codeOf(httpStatus: number, message: string): ErrorCode {
  if (httpStatus === 401) return 'UNAUTHORIZED';
  if (httpStatus === 403) return /quota/i.test(message) ? 'CAPACITY_EXCEEDED' : 'FORBIDDEN';
  if (httpStatus === 404) return 'NOT_FOUND';
  if (httpStatus === 409 || httpStatus === 412) return 'CONFLICT';
  if (httpStatus === 429)
    return /quota/i.test(message) && !/per minute/i.test(message) ? 'CAPACITY_EXCEEDED' : 'THROTTLED';
  return httpStatus >= 500 ? 'SERVICE_UNAVAILABLE' : 'INVALID_REQUEST';
}

export function networkFailure(url: string, error: unknown): RunvoyError {
  const { cause = error } = error as { cause?: unknown };
  return new RunvoyError('SERVICE_UNAVAILABLE', `${new URL(url).host} cannot be reached: ${String(cause)}`, {
    remedy: 'Check the network, and proxies if there are any.',
    cause: error,
  });
}

export function noCredentials(cause: unknown): RunvoyError {
  return new RunvoyError('UNAUTHORIZED', 'there are no credentials for Google Cloud on this machine', {
    remedy: 'Sign in: gcloud auth application-default login.',
    cause,
  });
}
