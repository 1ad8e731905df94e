import { execFileSync } from 'node:child_process';

/**
 * Puts processes on one core, where the system can. On two cores a fast server keeps its load generator busy, while a slower one
 * lets it fall asleep and then pays for waking it with each answer: that would be measured, rather than the server.
 */
export function onOneCore(pids: readonly number[]): boolean {
  try {
    for (const pid of pids)
      execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', '0', `${pid}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
