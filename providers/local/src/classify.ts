import type { ErrorCode } from '@runvoy/core/provider';

/** SQLite's result codes: https://sqlite.org/rescode.html */
const sqliteCodes: Record<number, ErrorCode> = {
  3: 'PERMISSION_DENIED',
  5: 'DATABASE_ERROR',
  6: 'DATABASE_ERROR',
  8: 'PERMISSION_DENIED',
  10: 'DATABASE_ERROR',
  11: 'DATABASE_ERROR',
  13: 'STORAGE_FULL',
  14: 'DATABASE_ERROR',
  26: 'DATABASE_ERROR',
};
/** A full disk shows itself as an I/O error when it is the shared-memory file that cannot grow. */
const sqliteSharedMemorySize = 4874;

const systemCodes: Record<string, ErrorCode> = {
  ENOSPC: 'STORAGE_FULL',
  EDQUOT: 'STORAGE_FULL',
  EACCES: 'PERMISSION_DENIED',
  EPERM: 'PERMISSION_DENIED',
  EROFS: 'PERMISSION_DENIED',
  EAGAIN: 'CAPACITY_EXCEEDED',
  EMFILE: 'CAPACITY_EXCEEDED',
  ENFILE: 'CAPACITY_EXCEEDED',
  ENOMEM: 'CAPACITY_EXCEEDED',
  ECONNREFUSED: 'SERVICE_UNAVAILABLE',
  ECONNRESET: 'SERVICE_UNAVAILABLE',
  EPIPE: 'SERVICE_UNAVAILABLE',
  ETIMEDOUT: 'SERVICE_UNAVAILABLE',
  ABORT_ERR: 'CANCELLED',
};

interface RawError {
  name?: unknown;
  code?: unknown;
  errcode?: unknown;
}

/** The code for an error of node:sqlite, of the file system or of a socket. */
export function classify(error: unknown): ErrorCode | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name, code, errcode } = error as RawError;
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') {
    if (errcode === sqliteSharedMemorySize) return 'STORAGE_FULL';
    return sqliteCodes[errcode & 0xff];
  }
  if (typeof code === 'string' && Object.hasOwn(systemCodes, code)) return systemCodes[code];
  return name === 'AbortError' ? 'CANCELLED' : undefined;
}
