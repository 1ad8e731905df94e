import { destination, pino, stdTimeFunctions } from 'pino';
import type { Logger } from '../contract/plugin.ts';
import { errorFields } from './error-fields.ts';
import { redactSecrets } from './redact-secrets.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggerOptions {
  level: LogLevel;
  /** Takes each line, with its newline. By default lines go to standard error, gathered for a moment. */
  write?(line: string): void;
  /** Is handed each line too, without its newline, e.g. for `provider.backendLogs.write`. What it throws is ignored. */
  tee?(line: string): void;
}

/** Structured logs: JSON, one object a line, with `time` (RFC 3339), `level`, `msg`, and what the caller gives, as `request_id`. */
export function createLogger({ level, write, tee }: LoggerOptions): Logger {
  const stderr = write ? undefined : destination({ dest: 2, sync: false, minLength: 8192, periodicFlush: 100 });
  const output = write ?? ((line: string) => void stderr!.write(line));
  const forked = (line: string): void => {
    output(line);
    try {
      tee!(line.slice(0, -1));
    } catch {
      // The line has been written; a log must not break what it reports on.
    }
  };
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redactSecrets },
      serializers: { error: (error: unknown) => errorFields(error) },
    },
    tee ? { write: forked } : write ? { write } : stderr!,
  );
}
