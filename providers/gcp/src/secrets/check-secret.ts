import { RunvoyError } from '@runvoy/core/provider';

const maximumBytes = 65_536;

/** Rejects what the contract does not allow, before Google is asked and without saying the value. */
export function checkSecret(name: string, value: string, expiresAt: number | undefined): void {
  checkName(name);
  const bytes = Buffer.byteLength(value);
  if (bytes > maximumBytes)
    throw new RunvoyError('PAYLOAD_TOO_LARGE', `the value has ${bytes} bytes; the limit is ${maximumBytes}`, {
      field: 'value',
      remedy: 'Store it elsewhere, and keep only the key to it here.',
    });
  if (expiresAt !== undefined && !Number.isFinite(expiresAt))
    throw new RunvoyError('INVALID_REQUEST', 'the time of expiry is not a time', { field: 'expiresAt' });
}

export function checkName(name: string): void {
  if (/^[A-Za-z0-9._/-]{1,255}$/.test(name)) return;
  throw new RunvoyError(
    'INVALID_REQUEST',
    'the name of a secret has 1 to 255 letters, digits, dots, dashes, underscores and slashes',
    {
      field: 'name',
      remedy: 'Choose another name.',
    },
  );
}
