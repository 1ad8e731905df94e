import type { ErrorBody } from '../api/index.ts';
import { type ErrorCode, errorCodes, RunvoyError } from '../contract/errors.ts';

const shownCharacters = 200;

/** The error of a refused request, rebuilt from its body; whatever answered, also when it was no runvoy server. */
export function wireError(status: number, body: string, headers: Record<string, string> = {}): RunvoyError {
  const retryAfterSeconds = Number(headers['retry-after'] ?? Number.NaN);
  const parsed = parseBody(body);
  const requestId = parsed?.request_id ?? headers['x-request-id'];
  const answer = {
    status,
    ...(requestId !== undefined && { requestId }),
    ...(Number.isFinite(retryAfterSeconds) && { retryAfterSeconds }),
  };
  if (!parsed) {
    const start = body.trim().slice(0, shownCharacters);
    return new RunvoyError(
      codeOfStatus(status),
      `request failed with status ${status}${start && `: ${start}`}`,
      answer,
    );
  }
  const { error, details, code, field, remedy } = parsed;
  const message = details === undefined || details === error || details === '' ? error : `${error}: ${details}`;
  return new RunvoyError(knownCode(code) ?? codeOfStatus(status), message, {
    ...(field !== undefined && { field }),
    ...(remedy !== undefined && { remedy }),
    ...answer,
  });
}

function parseBody(body: string): ErrorBody | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    const isError = typeof parsed === 'object' && parsed !== null && typeof (parsed as ErrorBody).error === 'string';
    return isError ? (parsed as ErrorBody) : undefined;
  } catch {
    return undefined;
  }
}

/** Newer servers may have codes that this client has not, and upstream writes one in lower case. */
function knownCode(code: string | undefined): ErrorCode | undefined {
  const upper = code?.toUpperCase();
  return upper !== undefined && Object.hasOwn(errorCodes, upper) ? (upper as ErrorCode) : undefined;
}

const codesOfStatus: Record<number, ErrorCode> = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  429: 'RATE_LIMITED',
  500: 'INTERNAL_ERROR',
  507: 'STORAGE_FULL',
};

function codeOfStatus(status: number): ErrorCode {
  return codesOfStatus[status] ?? (status < 500 ? 'INVALID_REQUEST' : 'SERVICE_UNAVAILABLE');
}
