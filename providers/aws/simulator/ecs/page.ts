import { invalidParameter } from './errors.ts';

/** A page of at most 100; the token holds the position. */
export function page<Item>(all: readonly Item[], size: number, token?: string): { items: Item[]; nextToken?: string } {
  if (size < 1 || size > 100) throw invalidParameter('maxResults must be between 1 and 100.');
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start)) throw invalidParameter('Invalid token.');
  const end = start + size;
  return {
    items: all.slice(start, end),
    ...(end < all.length ? { nextToken: Buffer.from(String(end)).toString('base64url') } : {}),
  };
}
