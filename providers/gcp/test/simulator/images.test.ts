import { expect, test } from 'vitest';
import { Images } from '../../simulator/run/images.ts';

test.each([
  ['alpine:3', true],
  ['docker.io/library/alpine:3', true],
  ['eu-docker.pkg.dev/p/docker-hub/library/alpine', true],
  ['eu-docker.pkg.dev/p/docker-hub/alpine/git:latest', true],
  // Docker leaves library/ out, a remote repository does not.
  ['eu-docker.pkg.dev/p/docker-hub/alpine', false],
  ['docker.io/library/no-such-image', false],
])('%s can be pulled: %s', (name, there) => {
  expect(new Images().find(name) !== undefined).toBe(there);
});
