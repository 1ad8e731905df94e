import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Check } from '../../check.ts';
import { equal, ok } from '../../expect.ts';
import { inSharedFolder, leash } from '../support/shared-folder.ts';
import { startTask, untilEnded } from '../support/tasks.ts';

const graceMs = 10_000;

const check = (what: string, sentence: string, why: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id: `tasks.stop.${what}`,
  level: 'MUST',
  facet: 'tasks',
  needs: ['harness.repositories'],
  sentence,
  why,
  run,
  ...more,
});

/** What a stopped task leaves: `holder` is a command that holds the pipe `$LEASH`. */
const leavesNothing = (what: string, sentence: string, holder: string): Check =>
  check(
    what,
    sentence,
    'What a run has started would go on unseen, and cost money, after the run was killed.',
    (world) =>
      inSharedFolder(async (folder) => {
        const { path, held, gone } = await leash(folder);
        const task = await startTask(world, holder, { env: { LEASH: path } });
        await world.during('the command to hold the pipe', held);
        await world.provider.tasks.stop(task);
        equal((await untilEnded(world, task)).reason, 'stopped', 'reason');
        await world.during('everything that the task had started to end', gone);
      }),
    { limitSeconds: 40 },
  );

export const stopEverythingChecks: readonly Check[] = [
  leavesNothing('children', 'stop ends what the task has started in the background.', 'sleep 300 3> "$LEASH" & wait'),
  leavesNothing(
    'grandchildren',
    'stop ends what was started by something that has ended itself.',
    '(sh -c \'sleep 300 3> "$LEASH" &\' &) ; sleep 300',
  ),
  leavesNothing(
    'nohup',
    'stop ends what ignores SIGHUP, as commands under nohup do.',
    'trap \'\' HUP; sleep 300 3> "$LEASH" & sleep 300',
  ),
  leavesNothing(
    'ignoring-children',
    'stop ends children that ignore SIGTERM, though the command itself has ended.',
    'sh -c \'trap "" TERM; exec 3> "$LEASH"; while :; do sleep 0.2; done\' & sleep 300',
  ),
  check(
    'sigkill',
    'A command that ignores SIGTERM is killed 10 seconds after stop, and not before.',
    'A command that hangs could never be ended, or one that cleans up would be cut off.',
    (world) =>
      inSharedFolder(async (folder) => {
        const { path, held, gone } = await leash(folder);
        const command = 'trap "" TERM; exec 3> "$LEASH"; while :; do sleep 0.2; done';
        const task = await startTask(world, command, { env: { LEASH: path } });
        await world.during('the command to run', held);
        const asked = performance.now();
        await world.provider.tasks.stop(task);
        await world.during('the command to be killed', gone);
        const took = performance.now() - asked;
        ok(took > graceMs * 0.8, `killed 10 seconds after stop: it was ${Math.round(took)} ms`);
        ok(
          took < graceMs * 1.5 + (world.harness.lag?.tasks ?? 0),
          `killed 10 seconds after stop: it was ${Math.round(took)} ms`,
        );
        equal((await untilEnded(world, task)).reason, 'stopped', 'reason');
      }),
    { limitSeconds: 40 },
  ),
  check(
    'not-early',
    'A task that is being stopped has not ended before its command has.',
    'A run would be reported as stopped while it still works, and whoever starts the next one would meet it.',
    (world) =>
      inSharedFolder(async (folder) => {
        const { path, held } = await leash(folder);
        const command = 'trap "" TERM; exec 3> "$LEASH"; while ! [ -e "$LEASH.go" ]; do sleep 0.05; done; exit 0';
        const task = await startTask(world, command, { env: { LEASH: path } });
        await world.during('the command to run', held);
        await world.provider.tasks.stop(task);
        for (let n = 0; n < 20; n++) {
          const { phase } = await world.provider.tasks.inspect(task);
          ok(phase === 'pending' || phase === 'running', `pending or running while the command goes on: ${phase}`);
          await delay(20);
        }
        await writeFile(`${path}.go`, '');
        equal((await untilEnded(world, task)).reason, 'stopped', 'reason');
      }),
    { limitSeconds: 40 },
  ),
  {
    id: 'tasks.end.background',
    level: 'SHOULD',
    facet: 'tasks',
    needs: ['harness.repositories'],
    sentence:
      'What a command leaves running in the background does not keep the task from ending, and is ended with it.',
    why: 'A run would never end because of a helper that its command has forgotten.',
    limitSeconds: 40,
    run: (world) =>
      inSharedFolder(async (folder) => {
        const { path, held, gone } = await leash(folder);
        const command = 'sleep 300 3> "$LEASH" & while ! [ -e "$LEASH.go" ]; do sleep 0.05; done; exit 4';
        const task = await startTask(world, command, { env: { LEASH: path } });
        await world.during('the helper to run', held);
        await writeFile(`${path}.go`, '');
        const state = await untilEnded(world, task);
        equal(state.exitCode, 4, 'exit code');
        await world.during('the helper to be ended', gone);
      }),
  },
];
