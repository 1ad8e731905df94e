import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { countRuns } from '../support/shared-folder.ts';
import { runTask } from '../support/tasks.ts';

const exits = (code: number, why: string): Check => ({
  id: `tasks.exit.${code}`,
  level: 'MUST',
  facet: 'tasks',
  sentence: `A command that exits with ${code} has ended with the reason exited and the exit code ${code}.`,
  why,
  async run(world) {
    const { state } = await runTask(world, `exit ${code}`);
    deepEqual([state.reason, state.exitCode], ['exited', code], 'reason and exit code');
  },
});

const notACause = 'The own exit code of a command would be taken for something that was done to it.';

const signalled = (name: string, number: number): Check => ({
  id: `tasks.signal.${number}`,
  level: 'MUST',
  facet: 'tasks',
  sentence: `A command that ends by its own SIG${name} has ended with the reason signalled and the signal ${number}.`,
  why: 'A crash could not be told from an exit code, and scripts would get another status than at home.',
  async run(world) {
    const { state } = await runTask(world, `kill -${name} $$`);
    deepEqual(
      [state.reason, state.signal, state.exitCode],
      ['signalled', number, undefined],
      'reason, signal and exit code',
    );
  },
});

export const endingChecks: readonly Check[] = [
  exits(0, 'A success would be reported as a failure.'),
  exits(1, 'A failure would be reported as a success.'),
  exits(42, 'Scripts that look at the exit code would go wrong.'),
  exits(124, notACause),
  exits(137, notACause),
  exits(143, notACause),
  exits(255, 'Exit codes over 127 would be cut or taken for negative ones.'),
  signalled('TERM', 15),
  signalled('KILL', 9),
  signalled('SEGV', 11),
  {
    id: 'tasks.exit.last-command',
    level: 'MUST',
    facet: 'tasks',
    sentence: 'The exit code is that of the whole command, not of one of its parts or of something around it.',
    why: 'A pipeline that failed would be reported as a success.',
    async run(world) {
      const { state } = await runTask(world, 'true; (exit 9) || (sleep 0; exit 3)');
      deepEqual([state.reason, state.exitCode], ['exited', 3], 'reason and exit code');
    },
  },
  {
    id: 'tasks.missing.in-shell',
    level: 'MUST',
    facet: 'tasks',
    sentence: 'A shell command whose program does not exist exits with 127.',
    why: 'A mistyped command could not be told from one that failed.',
    async run(world) {
      const { state } = await runTask(world, 'no-such-program-anywhere --flag');
      deepEqual([state.reason, state.exitCode], ['exited', 127], 'reason and exit code');
    },
  },
  {
    id: 'tasks.missing.argv',
    level: 'MUST',
    facet: 'tasks',
    sentence: 'An argument vector whose program does not exist ends with start-failed and a detail, or exits with 127.',
    why: 'Such a run would seem to be a success, or would never end.',
    async run(world) {
      const { state } = await runTask(world, ['no-such-program-anywhere', '--flag']);
      if (state.reason === 'exited') equal(state.exitCode, 127, 'exit code');
      else {
        equal(state.reason, 'start-failed', 'reason');
        ok(state.detail, 'a detail says why it did not start');
      }
    },
  },
  {
    id: 'tasks.timeout.ends',
    level: 'MUST',
    facet: 'tasks',
    needs: ['timeouts'],
    sentence: 'A task that runs longer than timeoutSeconds is ended with the reason timed-out and no exit code of 0.',
    why: 'A command that hangs would cost money for ever, or be reported as a success.',
    limitSeconds: 40,
    async run(world) {
      const { state } = await runTask(world, 'sleep 300', { timeoutSeconds: 1 });
      equal(state.reason, 'timed-out', 'reason');
      ok(state.exitCode !== 0, 'the exit code is not 0');
    },
  },
  {
    id: 'tasks.timeout.stubborn',
    level: 'MUST',
    facet: 'tasks',
    needs: ['timeouts'],
    sentence: 'A command that handles the signal of its timeout and exits with 0 has still timed out.',
    why: 'Half of the work would be reported as the whole.',
    limitSeconds: 40,
    async run(world) {
      const { state } = await runTask(world, "trap 'exit 0' TERM; while :; do sleep 0.1; done", { timeoutSeconds: 1 });
      equal(state.reason, 'timed-out', 'reason');
    },
  },
  {
    id: 'tasks.memory',
    level: 'MUST',
    facet: 'tasks',
    needs: ['outOfMemory'],
    sentence: 'A task that used more memory than its template gives has ended with the reason out-of-memory.',
    why: 'People would look for a bug where there is only too little memory.',
    limitSeconds: 60,
    async run(world) {
      const { state } = await runTask(world, 'x=0123456789abcdef; while :; do x="$x$x"; done');
      equal(state.reason, 'out-of-memory', 'reason');
    },
  },
  {
    id: 'tasks.one-attempt',
    level: 'MUST',
    facet: 'tasks',
    needs: ['harness.repositories'],
    sentence: 'A task that failed is not started again.',
    why: 'A command that half-worked, such as a payment, would be done again.',
    async run(world) {
      const { count } = await countRuns(world, 'exit 1');
      equal(count, 1, 'times that the failing command ran');
    },
  },
];
