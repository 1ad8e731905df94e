import { type ErrorCode, errorCodes } from '@runvoy/core/provider';

/** The tool's own exit codes: a range that commands hardly use, so that scripts can tell them from a command's own code. */
export const exitCodes = {
  unreachable: 250,
  unauthorized: 251,
  invalid: 252,
  failed: 253,
  unknown: 254,
} as const;

/** 128 + SIGINT: stopped by a user; the same code that an execution gets which somebody stopped. */
export const stoppedByUser = 130;
/** 128 + SIGPIPE: nobody reads the output any more. */
export const brokenPipe = 141;

export const exitCodeTable: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'the command, or the request, succeeded'],
  ['1-249', "run, attach, wait: the command's own exit code. Among them:"],
  ['  1', 'also: the command never started (the reason is on standard error)'],
  ['  124', 'the command was ended by its timeout'],
  ['  128+n', 'the command was ended by signal n (137 also when it used too much memory)'],
  ['  130', 'the command was stopped by a user; a prompt was cancelled'],
  ['  141', 'the reader of the output went away (runvoy run … | head); the command runs on'],
  ['250', 'the server cannot be reached, or did not answer in time'],
  ['251', 'not allowed: the API key is missing, unknown or revoked, or the role does not permit it'],
  ['252', 'the request is wrong: usage, configuration, a name that does not exist, a conflict'],
  ['253', 'the server, or runvoy itself, failed; nothing is known to be wrong with the request'],
  ['254', 'the outcome is not known yet: detached (Ctrl-C, SIGTERM), or wait --timeout is over; the command runs on'],
];

const codesByError: Partial<Record<ErrorCode, number>> = {
  UNAUTHORIZED: exitCodes.unauthorized,
  INVALID_API_KEY: exitCodes.unauthorized,
  API_KEY_REVOKED: exitCodes.unauthorized,
  FORBIDDEN: exitCodes.unauthorized,
  CANCELLED: exitCodes.unknown,
  RATE_LIMITED: exitCodes.failed,
};

export function exitCodeOf(code: ErrorCode): number {
  return codesByError[code] ?? (errorCodes[code].status < 500 ? exitCodes.invalid : exitCodes.failed);
}
