import { isDeepStrictEqual } from 'node:util';
import type { TaskSpec } from '@runvoy/core/provider';
import { deepEqual } from '../../expect.ts';
import type { World } from '../../world.ts';
import { outputOf, printedOn } from './output.ts';
import { runTask } from './tasks.ts';

/** Runs a command, and fails unless it exits with 0 and its standard output is exactly these lines. */
export async function prints(
  world: World,
  command: string | readonly string[],
  expected: readonly string[],
  more?: Partial<TaskSpec>,
): Promise<void> {
  const { task, state } = await runTask(world, command, more);
  const lines = await outputOf(world, task, (seen) => isDeepStrictEqual(printedOn(seen, 'stdout'), expected));
  const shown = typeof command === 'string' ? command : JSON.stringify(command);
  deepEqual(
    { reason: state.reason, exitCode: state.exitCode, stdout: printedOn(lines, 'stdout') },
    { reason: 'exited' as const, exitCode: 0, stdout: [...expected] },
    `how the command ended and what it printed: ${shown.slice(0, 200)}`,
  );
}
