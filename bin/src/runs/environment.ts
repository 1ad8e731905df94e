import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { RunvoyError } from '@runvoy/core/provider';
import type { Environment } from '../config/home.ts';

const userPrefix = 'RUNVOY_USER_';

/** `RUNVOY_USER_<NAME>` of the caller is `<NAME>` of the command. */
export function userEnvironment(env: Environment): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (name.startsWith(userPrefix) && name !== userPrefix && value !== undefined)
      result[name.slice(userPrefix.length)] = value;
  return result;
}

/** The variables of `--env-from` and then `--env`, which wins. */
export function environmentFromFlags(
  flags: { env?: readonly string[]; envFrom?: readonly string[] },
  env: Environment,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const path of flags.envFrom ?? []) Object.assign(result, readEnvironmentFile(path));
  for (const text of flags.env ?? []) {
    const [name, value] = readAssignment(text, env);
    result[name] = value;
  }
  return result;
}

function readAssignment(text: string, env: Environment): [name: string, value: string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  const value = env[text];
  if (equals < 0 && value !== undefined) return [text, value];
  throw new RunvoyError(
    'INVALID_REQUEST',
    equals === 0
      ? `--env ${JSON.stringify(text)} has no name`
      : `--env ${text}: there is no variable ${text} here to take the value from`,
    { field: '--env', remedy: 'Write --env NAME=value, or set the variable before.' },
  );
}

function readEnvironmentFile(path: string): Record<string, string> {
  try {
    return parseEnv(readFileSync(path, 'utf8')) as Record<string, string>;
  } catch (error) {
    throw new RunvoyError('INVALID_REQUEST', `--env-from ${path} cannot be read: ${(error as Error).message}`, {
      field: '--env-from',
      cause: error,
    });
  }
}
