import { failedPrecondition, invalidArgument } from '../cloud/cloud-error.ts';

/** Reads the id out of `projects/x/secrets/id…`. */
export function idOf(name: string | null | undefined): string {
  const id = /^projects\/[^/]+\/secrets\/([^/]+)/.exec(name ?? '')?.[1];
  if (id === undefined) throw invalidArgument(`Invalid resource field value in the request: '${name}'.`);
  return id;
}

/** An etag is a condition only if it is given. */
export function checkEtag(current: string, given: string | null | undefined): void {
  if (given && given !== current)
    throw failedPrecondition(
      'The etag in the request does not match the etag of the resource: somebody else has changed it.',
    );
}
