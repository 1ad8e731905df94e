import { createRequestId } from '../request-id.ts';

const acceptable = /^[A-Za-z0-9._-]{8,64}$/;

/** The id that a caller gave, so that a chain of services shares one, or a new one. */
export function requestIdOf(header: string | null): string {
  if (header !== null && acceptable.test(header)) return header;
  return createRequestId();
}
