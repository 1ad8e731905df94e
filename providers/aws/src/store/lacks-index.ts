import { RunvoyError } from '@runvoy/core/provider';

/** Whether DynamoDB, or an engine that stands in for it, refused a query because the table has no such index. */
export function lacksIndex(error: unknown): boolean {
  const { name, message } = error as { name?: unknown; message?: unknown };
  if (name === 'ValidationException') return /specified index/i.test(String(message));
  return name === 'ResourceNotFoundException' && /invalid index/i.test(String(message));
}

/** For a table that is none of any version of upstream's. `found`: what is wrong with it. */
export function unknownLayout(table: string, found: string, cause: unknown): RunvoyError {
  return new RunvoyError('CONFIGURATION_INVALID', `the table ${table} is of no known deployment of runvoy: ${found}`, {
    remedy: 'Check the RUNVOY_AWS_…_TABLE settings: known are v0.2.0 to v0.5.0, and main.',
    cause,
  });
}
