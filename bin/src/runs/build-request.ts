import type { api } from '@runvoy/core';
import { RunvoyError } from '@runvoy/core/provider';
import { parseDuration } from '../values/duration.ts';
import type { RunOptions } from './run-options.ts';

export interface Command {
  /** For /bin/sh -c. */
  command?: string;
  /** The exact argument vector. */
  argv?: string[];
}

/** Everything but the standard input, which is read last: a wrong flag should not wait for it. */
export function buildRunRequest(command: Command, env: Record<string, string>, options: RunOptions): api.RunRequest {
  const secrets = (options.secret ?? []).flatMap((names) => names.split(',')).map((name) => name.trim());
  return {
    ...command,
    ...(options.image === undefined ? {} : { image: options.image }),
    ...(options.gitRepo === undefined ? {} : { git_repo: options.gitRepo }),
    ...(options.gitRef === undefined ? {} : { git_ref: options.gitRef }),
    ...(options.gitPath === undefined ? {} : { git_path: options.gitPath }),
    ...(secrets.length > 0 ? { secrets: [...new Set(secrets)] } : {}),
    ...(Object.keys(env).length > 0 ? { env } : {}),
    ...(options.timeout === undefined ? {} : { timeout: wholeSeconds(options.timeout) }),
  };
}

function wholeSeconds(text: string): number {
  const milliseconds = parseDuration(text, '--timeout');
  if (milliseconds % 1000 === 0) return milliseconds / 1000;
  throw new RunvoyError('INVALID_REQUEST', `--timeout must be whole seconds: ${JSON.stringify(text)}`, {
    field: '--timeout',
    remedy: 'Write it as 30s, 10m or 1h30m.',
  });
}
