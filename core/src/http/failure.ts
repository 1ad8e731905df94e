import type { ErrorBody } from '../api/index.ts';
import { errorCodes, isRunvoyError, RunvoyError } from '../contract/errors.ts';
import { badLimitPhrase } from './query.ts';

/** A failure as it travels. */
export interface Failure {
  status: number;
  body: ErrorBody;
  headers?: Record<string, string>;
}

/**
 * Words a failure for its caller. What is no `RunvoyError` is not shown: its text may hold anything. The request id leads the
 * operator to it.
 */
export function describeFailure(error: unknown, phrase: string | undefined, requestId: string): Failure {
  const known = isRunvoyError(error)
    ? error
    : new RunvoyError('INTERNAL_ERROR', 'something went wrong inside the server');
  const { code, message, field, retryAfterSeconds } = known;
  const remedy = known.remedy ?? (code === 'INTERNAL_ERROR' ? traceRemedy(requestId) : undefined);
  return {
    status: errorCodes[code]?.status ?? 500,
    body: {
      error: phrase ?? message,
      // Upstream writes this one code in lower case.
      code: phrase === badLimitPhrase ? 'invalid_request' : code,
      details: message,
      ...(field !== undefined && { field }),
      ...(remedy !== undefined && { remedy }),
      request_id: requestId,
    },
    ...(retryAfterSeconds !== undefined && { headers: { 'Retry-After': String(Math.ceil(retryAfterSeconds)) } }),
  };
}

function traceRemedy(requestId: string): string {
  return `Give an administrator this request id: \`runvoy trace ${requestId}\` shows what happened.`;
}
