import { describe, expect, it } from 'vitest';
import { imageIdOf, looksLikeImageId } from '../../src/images/image-id.ts';
import { parseImageReference } from '../../src/images/image-reference.ts';

const small = { cpu: 256, memory: 512, platform: 'Linux/ARM64' };

describe('image ids are those of upstream', () => {
  it.each([
    ['public.ecr.aws/docker/library/alpine:latest', small, 'docker/library/alpine:latest-68ec6e67'],
    ['alpine', small, 'alpine:latest-c5c74c0e'],
    ['amazonlinux/amazonlinux', small, 'amazonlinux/amazonlinux:latest-aa033338'],
    ['nginx', { ...small, platform: 'Linux/X86_64' }, 'nginx:latest-9c1870c3'],
    ['golang:1.24.5-bookworm', small, 'golang:1.24.5-bookworm-068f68b5'],
    [
      'hashicorp/terraform:1.6',
      { cpu: 1024, memory: 2048, platform: 'Linux/X86_64', taskRole: 'my-task', executionRole: 'my-exec' },
      'hashicorp/terraform:1.6-ce72b859',
    ],
  ])('%s', (reference, configuration, id) => {
    expect(imageIdOf(parseImageReference(reference), configuration)).toBe(id);
    expect(looksLikeImageId(id)).toBe(true);
  });

  it('takes an empty role as none', () => {
    const reference = parseImageReference('alpine');
    expect(imageIdOf(reference, { ...small, taskRole: '', executionRole: '' })).toBe('alpine:latest-c5c74c0e');
  });
});

it.each(['alpine', 'alpine:latest', 'app-1a2b3c4d', 'app:main-1a2b3c4', 'app:main-1a2b3c4dx'])(
  '%s does not look like an image id',
  (reference) => expect(looksLikeImageId(reference)).toBe(false),
);

it.each([
  ['ubuntu', '', 'ubuntu', 'latest'],
  ['ubuntu:24.04', '', 'ubuntu', '24.04'],
  ['localhost:5000/x', 'localhost:5000', 'x', 'latest'],
  ['localhost/x:1', 'localhost', 'x', '1'],
  ['gcr.io/p/i:t', 'gcr.io', 'p/i', 't'],
  ['a/b@sha256:abc', '', 'a/b', 'sha256:abc'],
  ['ghcr.io/acme/tool:1.2', 'ghcr.io', 'acme/tool', '1.2'],
  ['team/app', '', 'team/app', 'latest'],
])('takes %s apart', (reference, registry, name, tag) => {
  expect(parseImageReference(reference)).toEqual({ registry, name, tag });
});
