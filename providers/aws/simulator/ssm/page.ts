import { AwsError } from '../wire/aws-error.ts';

/** A page; the token holds the position. */
export function page<Item>(all: readonly Item[], size: number, token?: string): { items: Item[]; NextToken?: string } {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start)) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const end = start + size;
  return {
    items: all.slice(start, end),
    ...(end < all.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {}),
  };
}
