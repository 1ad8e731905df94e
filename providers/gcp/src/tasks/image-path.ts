import { RunvoyError } from '@runvoy/core/provider';

const dockerHub = 'docker.io/';
const pullable = /^(?:(?:[a-z]+\.)?gcr\.io|[a-z0-9-]+-docker\.pkg\.dev)\//;
const hasRegistry = /^(?:[^/]+[.:][^/]*|localhost)\//;

/**
 * What Cloud Run is to pull. Docker Hub's images come from the repository that mirrors it, if there is one. Official ones have `library/` in their
 * path, which only Docker itself leaves out. Rejects a registry that Cloud Run does not pull from.
 */
export function imagePath(image: string, mirror: string | undefined): string {
  if (!hasRegistry.test(image) || image.startsWith(dockerHub)) {
    const name = image.startsWith(dockerHub) ? image.slice(dockerHub.length) : image;
    return `${mirror ?? 'docker.io'}/${name.includes('/') ? name : `library/${name}`}`;
  }
  if (pullable.test(image)) return image;
  throw new RunvoyError('INVALID_REQUEST', `Cloud Run does not pull from the registry of ${image}`, {
    field: 'image',
    remedy:
      'Copy the image into Artifact Registry, or make a remote repository for its registry there, and register it by the name that it has there.',
  });
}
