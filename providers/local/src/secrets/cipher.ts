import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { RunvoyError } from '@runvoy/core/provider';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Nonce, tag, ciphertext. The name is authenticated with it, so that a value moved to another name does not open. */
export function seal(key: Buffer, name: string, value: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce);
  cipher.setAAD(Buffer.from(name));
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

export function unseal(key: Buffer, name: string, sealed: Uint8Array): string {
  try {
    const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
    const text = decipher.update(sealed.subarray(nonceBytes + tagBytes));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new RunvoyError('CONFIGURATION_INVALID', `the secret ${name} cannot be decrypted`, {
      remedy: 'The key file of the data folder is not the one it was stored with: restore it, or set the secret again.',
      cause,
    });
  }
}
