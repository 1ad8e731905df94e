import { hash, randomBytes } from 'node:crypto';

/** base64 of SHA-256, unsalted as upstream's: keys are random, and the hash is the key of the user's document. */
export function hashApiKey(apiKey: string): string {
  return hash('sha256', apiKey, 'base64');
}

/** 32 characters of `[A-Za-z0-9_-]`, 192 random bits: the form of API keys and claim tokens. */
export function generateToken(): string {
  return randomBytes(24).toString('base64url');
}
