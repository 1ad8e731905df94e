import type { GitCheckout } from '@runvoy/core/provider';
import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { outputOf, printedOn } from '../support/output.ts';
import { prints } from '../support/prints.ts';
import { type Repository, withRepository } from '../support/repository.ts';
import { runTask } from '../support/tasks.ts';

const check = (
  what: string,
  sentence: string,
  why: string,
  run: (world: World, repository: Repository) => Promise<void>,
): Check => ({
  id: `tasks.git.${what}`,
  level: 'MUST',
  facet: 'tasks',
  needs: ['git', 'harness.repositories', 'output'],
  sentence,
  why,
  limitSeconds: 40,
  run: (world) => withRepository(world, (repository) => run(world, repository)),
});

const wrongVersion = 'People would run another version of their code than they asked for.';

const checksOut = (
  what: string,
  name: string,
  ref: (repository: Repository) => string | undefined,
  which: string,
): Check =>
  check(what, `A git checkout of ${name} is what the command runs in.`, wrongVersion, (world, repository) => {
    const own = ref(repository);
    return prints(world, 'cat which', [which], {
      git: { url: repository.url, ...(own !== undefined && { ref: own }) },
    });
  });

/** A checkout that cannot succeed: the command must not run, and the log says why. */
const fails = (what: string, name: string, change: (git: GitCheckout) => GitCheckout): Check =>
  check(
    what,
    `With ${name} the task ends with start-failed and a detail, and the command does not run.`,
    'A command would run without its files, or in the wrong ones.',
    async (world, { url }) => {
      const { task, state } = await runTask(world, 'echo it ran', { git: change({ url }) });
      equal(state.reason, 'start-failed', 'reason');
      ok(state.detail, 'a detail says why it did not start');
      const lines = await outputOf(world, task, () => false);
      deepEqual(printedOn(lines, 'stdout'), [], 'standard output');
    },
  );

export const gitChecks: readonly Check[] = [
  checksOut('default', "the remote's default branch", () => undefined, 'main'),
  checksOut('branch', 'a branch with a slash in its name', () => 'feature/odd', 'feature'),
  checksOut('tag', 'a tag', () => 'v1', 'first'),
  checksOut('commit', 'a commit that no branch ends with', ({ first }) => first, 'first'),
  checksOut('short-commit', 'a commit by the beginning of its id', ({ first }) => first.slice(0, 10), 'first'),
  fails('missing-ref', 'a branch, tag or commit that does not exist', (git) => ({ ...git, ref: 'no-such-branch' })),
  fails('missing-repository', 'a repository that does not exist', (git) => ({ url: `${git.url}-not-there` })),
  fails('missing-path', 'a path that is not in the repository', (git) => ({ ...git, path: 'not-there' })),
  fails('outer-path', 'a path that leads out of the repository', (git) => ({ ...git, path: '../..' })),
  fails('option', 'a ref that looks like an option', (git) => ({ ...git, ref: '--upload-pack=touch pwned' })),
  check(
    'path',
    'A command with a git path runs in that folder of the checkout.',
    'Commands of large repositories would not find their files.',
    (world, { url }) => prints(world, 'cat inside ../which', ['inside', 'main'], { git: { url, path: 'sub folder' } }),
  ),
  check(
    'argv',
    'A command that is an argument vector runs in the checkout too.',
    'Programs that are run without a shell would not find their files.',
    (world, { url }) => prints(world, ['cat', 'which'], ['main'], { git: { url } }),
  ),
  check(
    'system-stream',
    'Lines of the git checkout are in the stream system, and none of them in those of the command.',
    'Programs that read the output of a run would read messages of git.',
    async (world, { url }) => {
      const { task } = await runTask(world, 'echo out; echo err >&2', { git: { url } });
      const lines = await outputOf(world, task, (seen) => printedOn(seen, 'stderr').length > 0);
      deepEqual(printedOn(lines, 'stdout'), ['out'], 'standard output');
      deepEqual(printedOn(lines, 'stderr'), ['err'], 'standard error');
    },
  ),
  check(
    'failure-told',
    'The log says in the stream system why a checkout failed.',
    'Nobody could find out what is wrong with a repository.',
    async (world, { url }) => {
      const { task } = await runTask(world, 'true', { git: { url, ref: 'no-such-branch' } });
      const lines = await outputOf(world, task, (seen) => printedOn(seen, 'system').length > 0);
      const told = printedOn(lines, 'system').join('\n');
      ok(told.includes('no-such-branch'), `lines that name the missing branch: ${told}`);
    },
  ),
  check(
    'token',
    'The token of a checkout is in no output, not in the checkout, and not in the environment of the command.',
    'Everybody who may see a log could read, and change, private repositories.',
    async (world, { url }) => {
      const [head, tail] = ['ghp_0123456789', 'abcdefghijkl'];
      const script = [
        'if grep -rq "$HEAD_OF_IT$TAIL_OF_IT" . ; then echo in the checkout; fi',
        'if env | grep -q "$HEAD_OF_IT$TAIL_OF_IT"; then echo in the environment; fi',
        'case "$(ps -A -o args 2>/dev/null)" in *"$HEAD_OF_IT$TAIL_OF_IT"*) echo in the list of processes;; esac',
        'git config --list; echo done',
      ].join('\n');
      const { task } = await runTask(world, script, {
        env: { HEAD_OF_IT: head, TAIL_OF_IT: tail },
        git: { url, token: `${head}${tail}` },
        maskedValues: [`${head}${tail}`],
      });
      const lines = await outputOf(world, task, (seen) => printedOn(seen, 'stdout').includes('done'));
      const found = printedOn(lines, 'stdout').filter((text) => text.startsWith('in the '));
      deepEqual(found, [], 'places where the command found the token');
      ok(!lines.some(({ text }) => text.includes(head + tail)), 'no line with the token');
      ok(printedOn(lines, 'stdout').includes('done'), 'the command ran to its end');
    },
  ),
];
