/**
 * Every failure has one of these codes: on the wire, in the provider contract, in the CLI. `status` is the HTTP status that
 * carries it, `retry` whether core may repeat a call that is safe to repeat.
 */
export const errorCodes = {
  INVALID_REQUEST: { status: 400, retry: false },
  UNSUPPORTED: { status: 400, retry: false },
  UNAUTHORIZED: { status: 401, retry: false },
  INVALID_API_KEY: { status: 401, retry: false },
  API_KEY_REVOKED: { status: 401, retry: false },
  FORBIDDEN: { status: 403, retry: false },
  NOT_FOUND: { status: 404, retry: false },
  SECRET_NOT_FOUND: { status: 404, retry: false },
  METHOD_NOT_ALLOWED: { status: 405, retry: false },
  CONFLICT: { status: 409, retry: false },
  SECRET_ALREADY_EXISTS: { status: 409, retry: false },
  PAYLOAD_TOO_LARGE: { status: 413, retry: false },
  RATE_LIMITED: { status: 429, retry: false },
  /** The caller went away or aborted. */
  CANCELLED: { status: 499, retry: false },
  INTERNAL_ERROR: { status: 500, retry: false },
  /** A setting of this server is missing or wrong. */
  CONFIGURATION_INVALID: { status: 500, retry: false },
  /** The cloud refused this server's own identity. */
  PERMISSION_DENIED: { status: 500, retry: false },
  /** The metadata store cannot be reached or answers with a failure. */
  DATABASE_ERROR: { status: 503, retry: true },
  SERVICE_UNAVAILABLE: { status: 503, retry: true },
  /** The cloud asked to be called less often. */
  THROTTLED: { status: 503, retry: true },
  /** A quota or the region's capacity is used up: waiting a moment does not help. */
  CAPACITY_EXCEEDED: { status: 503, retry: false },
  /** The disk, table or bucket that should keep the data is full. */
  STORAGE_FULL: { status: 507, retry: false },
} as const satisfies Record<string, { status: number; retry: boolean }>;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetails {
  /** The input that is wrong, as its sender calls it: a JSON path, a query parameter, a variable, a flag. */
  field?: string;
  /** What to do about it, as a sentence. */
  remedy?: string;
  /** Seconds after which a repetition may succeed. With more than one, core does not repeat the call by itself. */
  retryAfterSeconds?: number;
  /** Of an error that a server answered with, as the client rebuilds it: the HTTP status, and the request's id. */
  status?: number;
  requestId?: string;
  cause?: unknown;
}

/** Registered in the global symbol table, so that two installed copies of this package recognise each other's errors. */
const brand = Symbol.for('runvoy.error');

/** The one error type. `message` is for people and holds no secret; programs look at `code`. */
export class RunvoyError extends Error {
  readonly [brand] = true;
  override readonly name = 'RunvoyError';
  readonly code: ErrorCode;
  readonly field?: string;
  readonly remedy?: string;
  readonly retryAfterSeconds?: number;
  readonly status?: number;
  readonly requestId?: string;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.field !== undefined) this.field = details.field;
    if (details.remedy !== undefined) this.remedy = details.remedy;
    if (details.retryAfterSeconds !== undefined) this.retryAfterSeconds = details.retryAfterSeconds;
    if (details.status !== undefined) this.status = details.status;
    if (details.requestId !== undefined) this.requestId = details.requestId;
  }
}

/** Whether `error` is a {@link RunvoyError}, of this copy of the package or another; `instanceof` cannot tell. */
export function isRunvoyError(error: unknown, code?: ErrorCode): error is RunvoyError {
  return (
    typeof error === 'object' &&
    error !== null &&
    brand in error &&
    (code === undefined || (error as RunvoyError).code === code)
  );
}
