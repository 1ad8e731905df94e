import { execFile } from 'node:child_process';

export interface DockerResult {
  ok: boolean;
  stdout: string;
  /** The last line of what it complained about. */
  complaint: string;
}

/** Runs one `docker` command to its end. Never rejects. */
export function docker(
  args: readonly string[],
  environment: Record<string, string>,
  options: { signal?: AbortSignal; timeout?: number } = {},
): Promise<DockerResult> {
  return new Promise((resolve) => {
    execFile('docker', args, { env: environment, ...options }, (error, stdout, stderr) => {
      const complaint = stderr.trim().split('\n').at(-1) || error?.message || '';
      resolve({ ok: !error, stdout: stdout.trim(), complaint });
    });
  });
}

export const containerName = (execution: string) => `runvoy-${execution}`;
