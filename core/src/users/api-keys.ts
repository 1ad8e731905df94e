import { hash, randomBytes } from 'node:crypto';

/** base64 of SHA-256, unsalted as upstream's: keys are random, and the hash is the key of the user's document. */
export function hashApiKey(apiKey: string): string {
  return hash('sha256', apiKey, 'base64');
}

/**
 * 32 characters of `[A-Za-z0-9_-]`, 192 random bits: the form of API keys and claim tokens. None begins with a dash: command lines, `runvoy claim <token>` among
 * them, would take it for an option.
 */
export function generateToken(): string {
  const token = randomBytes(24).toString('base64url');
  return token.startsWith('-') ? generateToken() : token;
}
