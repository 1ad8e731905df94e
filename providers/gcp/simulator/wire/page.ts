import { invalidArgument } from '../cloud/cloud-error.ts';

/** One page of a list. Tokens say where the next begins; an unknown one is INVALID_ARGUMENT. */
export function pageOf<T>(
  items: readonly T[],
  request: { pageSize?: number | null; pageToken?: string | null },
  largest = 1000,
): { items: T[]; nextPageToken: string } {
  const { pageSize, pageToken } = request;
  if ((pageSize ?? 0) < 0) throw invalidArgument('page_size must not be negative');
  const size = Math.min(pageSize || largest, largest);
  const start = pageToken
    ? Number(/^p(\d+)$/.exec(Buffer.from(pageToken, 'base64url').toString())?.[1] ?? Number.NaN)
    : 0;
  if (Number.isNaN(start)) throw invalidArgument('page_token is invalid');
  const end = start + size;
  return {
    items: items.slice(start, end),
    nextPageToken: end < items.length ? Buffer.from(`p${end}`).toString('base64url') : '',
  };
}

/** Of a page that has everything still before it. */
export const firstPageToken = Buffer.from('p0').toString('base64url');
