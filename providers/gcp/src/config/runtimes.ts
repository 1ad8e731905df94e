/** Families that `RUNVOY_GCP_JOB_DEFAULT_RUNTIME` may name, each with its official image of a version. */
const families: { pattern: RegExp; example: string; image(major: string, minor: string): string }[] = [
  { pattern: /^python(3)(\d{1,2})$/, example: 'python312', image: (major, minor) => `python:${major}.${minor}-slim` },
  { pattern: /^nodejs(\d{2})$/, example: 'nodejs22', image: (major) => `node:${major}-slim` },
  { pattern: /^go(1)(\d{2})$/, example: 'go123', image: (major, minor) => `golang:${major}.${minor}` },
  { pattern: /^ruby(\d)(\d)$/, example: 'ruby33', image: (major, minor) => `ruby:${major}.${minor}-slim` },
  { pattern: /^php(\d)(\d)$/, example: 'php83', image: (major, minor) => `php:${major}.${minor}-cli` },
  { pattern: /^java(\d{2})$/, example: 'java21', image: (major) => `eclipse-temurin:${major}` },
  { pattern: /^(alpine|debian)$/, example: 'alpine', image: (name) => `${name}:latest` },
];

export const runtimeExamples = families.map(({ example }) => example).join(', ');

/** The image of a runtime, as Google names runtimes: `python39` is `python:3.9-slim`. `undefined` for an unknown one. */
export function imageOfRuntime(runtime: string): string | undefined {
  for (const { pattern, image } of families) {
    const match = pattern.exec(runtime);
    if (match) return `docker.io/library/${image(match[1] ?? '', match[2] ?? '')}`;
  }
  return undefined;
}
