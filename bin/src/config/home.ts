import { homedir } from 'node:os';
import { join } from 'node:path';

export type Environment = Record<string, string | undefined>;

/** Where this user's own files are. */
export function userFolder(env: Environment): string {
  return env.HOME || homedir();
}

/** The folder of the configuration file, the user's playbooks and the local provider's data. */
export function homeFolder(env: Environment): string {
  return env.RUNVOY_HOME || join(userFolder(env), '.runvoy');
}
