import { RunvoyError } from '@runvoy/core/provider';

const pullable = /^(?:(?:[a-z]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev|docker\.io)\//;
const hasRegistry = /^(?:[^/]+[.:][^/]*|localhost)\//;

/**
 * What Cloud Run is to pull. A reference without a registry is one of the configured Artifact Registry repository, or of Docker
 * Hub when there is none. Rejects a registry that Cloud Run does not pull from.
 */
export function imagePath(image: string, repository: string | undefined): string {
  if (!hasRegistry.test(image)) {
    if (repository !== undefined) return `${repository}/${image}`;
    return image.includes('/') ? `docker.io/${image}` : `docker.io/library/${image}`;
  }
  if (pullable.test(image)) return image;
  throw new RunvoyError('INVALID_REQUEST', `Cloud Run does not pull from the registry of ${image}`, {
    field: 'image',
    remedy:
      'Copy the image into Artifact Registry, or make a remote repository for its registry there, and register it by the name that it has there.',
  });
}
