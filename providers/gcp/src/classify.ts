import type { ErrorCode } from '@runvoy/core/provider';

/** https://grpc.io/docs/guides/status-codes/ */
const statusCodes: Record<number, ErrorCode | undefined> = {
  1: 'CANCELLED',
  3: 'INVALID_REQUEST',
  4: 'SERVICE_UNAVAILABLE',
  5: 'NOT_FOUND',
  6: 'CONFLICT',
  7: 'PERMISSION_DENIED',
  10: 'SERVICE_UNAVAILABLE',
  11: 'INVALID_REQUEST',
  13: 'SERVICE_UNAVAILABLE',
  14: 'SERVICE_UNAVAILABLE',
  16: 'PERMISSION_DENIED',
};

const httpCodes: Record<number, ErrorCode | undefined> = {
  400: 'INVALID_REQUEST',
  401: 'PERMISSION_DENIED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  429: 'THROTTLED',
  500: 'SERVICE_UNAVAILABLE',
  502: 'SERVICE_UNAVAILABLE',
  503: 'SERVICE_UNAVAILABLE',
  504: 'SERVICE_UNAVAILABLE',
};

const systemCodes: Record<string, ErrorCode | undefined> = {
  ECONNREFUSED: 'SERVICE_UNAVAILABLE',
  ECONNRESET: 'SERVICE_UNAVAILABLE',
  EPIPE: 'SERVICE_UNAVAILABLE',
  ETIMEDOUT: 'SERVICE_UNAVAILABLE',
  ENOTFOUND: 'SERVICE_UNAVAILABLE',
  EAI_AGAIN: 'SERVICE_UNAVAILABLE',
  ABORT_ERR: 'CANCELLED',
};

interface RawError {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  status?: unknown;
}

/** The code for an error of Google's clients (gRPC and HTTP), or of a socket. */
export function classify(error: unknown): ErrorCode | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name, message, code, status } = error as RawError;
  if (name === 'AbortError') return 'CANCELLED';
  const text = typeof message === 'string' ? message : '';
  // Of google-auth-library, without a code: there is no identity to call as.
  if (/could not load the default credentials/i.test(text)) return 'PERMISSION_DENIED';
  if (typeof code === 'string' && Object.hasOwn(systemCodes, code)) return systemCodes[code];
  if (typeof code === 'number' && code < 100) {
    if (code === 8) return ofExhaustion(text);
    if (code === 9) return /requires an index/.test(text) ? 'CONFIGURATION_INVALID' : undefined;
    return statusCodes[code];
  }
  const http = typeof status === 'number' ? status : Number(code);
  return httpCodes[http];
}

/** RESOURCE_EXHAUSTED is a rate, over soon, or an allotment, which is not. */
function ofExhaustion(message: string): ErrorCode {
  return /per (?:minute|second|100 seconds|user)|rate|too many requests/i.test(message) || message === ''
    ? 'THROTTLED'
    : /quota|limit|capacity/i.test(message)
      ? 'CAPACITY_EXCEEDED'
      : 'THROTTLED';
}
