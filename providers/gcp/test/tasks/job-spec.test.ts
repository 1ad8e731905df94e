import { expect, test } from 'vitest';
import { config } from '../../src/config/config.ts';
import { imagePath } from '../../src/tasks/image-path.ts';
import { jobSpec } from '../../src/tasks/job-spec.ts';
import { jobName } from '../../src/tasks/names.ts';
import { taskSize } from '../../src/tasks/task-size.ts';

const settings = config.parse({ RUNVOY_GCP_PROJECT_ID: 'my-gcp-project', RUNVOY_GCP_REGION: 'us-central1' });
const template = {
  imageId: 'alpine:latest-1',
  image: 'alpine:latest',
  cpu: 256,
  memory: 512,
  platform: 'Linux/X86_64',
};

test.each([
  [256, 512, 1, 512, 1],
  [1024, 512, 1, 512, 0],
  [1024, 5000, 2, 5000, 1],
  [3000, 1024, 4, 2048, 2],
  [8192, 32_768, 8, 32_768, 0],
])('%i units and %i MiB become %i vCPU and %i MiB, with %i notes', (cpu, memory, vcpus, effective, notes) => {
  const size = taskSize({ cpu, memory });
  expect([size.vcpus, size.memory, size.notes.length]).toEqual([vcpus, effective, notes]);
});

test('what Cloud Run has no size for is refused with a remedy', () => {
  for (const size of [
    { cpu: 9000, memory: 512 },
    { cpu: 1024, memory: 40_000 },
  ])
    expect(() => taskSize(size)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', remedy: expect.any(String) }),
    );
});

test.each([
  ['alpine', undefined, 'docker.io/library/alpine'],
  ['acme/tool:1', undefined, 'docker.io/acme/tool:1'],
  ['acme/tool:1', 'eu-docker.pkg.dev/p/r', 'eu-docker.pkg.dev/p/r/acme/tool:1'],
  ['alpine', 'eu-docker.pkg.dev/p/r', 'eu-docker.pkg.dev/p/r/library/alpine'],
  ['python:3.9-slim', 'eu-docker.pkg.dev/p/r', 'eu-docker.pkg.dev/p/r/library/python:3.9-slim'],
  ['alpine@sha256:0', 'eu-docker.pkg.dev/p/r', 'eu-docker.pkg.dev/p/r/library/alpine@sha256:0'],
  ['docker.io/library/alpine:3', 'eu-docker.pkg.dev/p/r', 'eu-docker.pkg.dev/p/r/library/alpine:3'],
  ['docker.io/alpine', 'eu-docker.pkg.dev/p/r', 'eu-docker.pkg.dev/p/r/library/alpine'],
  ['docker.io/alpine/git', 'eu-docker.pkg.dev/p/r', 'eu-docker.pkg.dev/p/r/alpine/git'],
  ['docker.io/alpine', undefined, 'docker.io/library/alpine'],
  ['gcr.io/p/tool:1', 'eu-docker.pkg.dev/p/r', 'gcr.io/p/tool:1'],
  ['us-docker.pkg.dev/p/r/tool@sha256:0', undefined, 'us-docker.pkg.dev/p/r/tool@sha256:0'],
])('%s of %s is pulled as %s', (image, repository, path) => {
  expect(imagePath(image, repository)).toBe(path);
});

test('registries that Cloud Run does not pull from are refused', () => {
  for (const image of ['ghcr.io/acme/tool:1', 'localhost:5000/tool', 'registry.example.com/tool'])
    expect(() => imagePath(image, undefined)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
});

test('a Job runs once, in the second generation, as the account and through the connector that are configured', () => {
  const { job } = jobSpec(
    { ...settings, jobs: { ...settings.jobs, vpcConnector: 'c', vpcEgress: 'all-traffic' } },
    { ...template, taskRole: 'deployer' },
    { hasSidecar: false },
  );
  expect(job.template?.template).toMatchObject({
    maxRetries: 0,
    serviceAccount: 'deployer@my-gcp-project.iam.gserviceaccount.com',
    executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
    vpcAccess: { connector: 'projects/my-gcp-project/locations/us-central1/connectors/c', egress: 'ALL_TRAFFIC' },
  });
  expect(job.template?.template?.containers).toHaveLength(1);
});

test('other platforms than amd64 are refused', () => {
  const refused = () => jobSpec(settings, { ...template, platform: 'Linux/ARM64' }, { hasSidecar: false });
  expect(refused).toThrow(expect.objectContaining({ field: 'runtime_platform' }));
});

test('names of Jobs fit, say what they run, and differ with the configuration', () => {
  const names = [
    template,
    { ...template, memory: 1024 },
    { ...template, imageId: 'other' },
    { ...template, taskRole: 'deployer' },
    { ...template, image: 'us-docker.pkg.dev/my-gcp-project/runvoy-images/A.very_long--name-of-an-image:1.2.3' },
  ].map((each) => jobName(settings, each));
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z]([a-z0-9-]{0,45})[a-z0-9]$/);
  expect(names[0]).toMatch(/^runvoy-alpine-[0-9a-f]{8}$/);
});
