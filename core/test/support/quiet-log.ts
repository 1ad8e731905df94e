import type { Logger } from '../../src/provider.ts';

export interface QuietLog extends Logger {
  /** Messages of warnings and errors. */
  readonly complaints: string[];
}

export function createQuietLog(): QuietLog {
  const complaints: string[] = [];
  const complain = (_fields: object, message: string) => void complaints.push(message);
  return { complaints, debug: () => undefined, info: () => undefined, warn: complain, error: complain };
}
