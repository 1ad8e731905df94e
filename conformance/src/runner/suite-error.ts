import { RunvoyError } from '@runvoy/core/provider';

/** The run itself cannot be done: wrong harness, unknown ids, a deployment that does not come up. */
export function suiteError(message: string, details: { field?: string; remedy: string; cause?: unknown }): RunvoyError {
  return new RunvoyError('CONFIGURATION_INVALID', message, details);
}
