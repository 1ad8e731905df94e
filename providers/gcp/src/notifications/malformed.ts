import { RunvoyError } from '@runvoy/core/provider';

export type Fields = Record<string, unknown>;

export const malformed = (message: string, field: string): RunvoyError =>
  new RunvoyError('INVALID_REQUEST', message, { field });

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Rejects what is no text. */
export function textOf(fields: Fields, name: string, path: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw malformed(`${path}.${name} must be a text`, `${path}.${name}`);
}
