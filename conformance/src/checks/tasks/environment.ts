import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { oddTexts } from '../support/odd-texts.ts';
import { outputOf, printedOn } from '../support/output.ts';
import { prints } from '../support/prints.ts';
import { runTask } from '../support/tasks.ts';

const check = (what: string, sentence: string, why: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id: `tasks.${what}`,
  level: 'MUST',
  facet: 'tasks',
  needs: ['output'],
  sentence,
  why,
  run,
  ...more,
});

const hex = (text: string): string => Buffer.from(text).toString('hex');
/** Prints a variable in hexadecimal digits, so that nothing on the way of the output matters. */
const printHex = (name: string) => `printf '%s' "$${name}" | od -An -v -tx1 | tr -d ' \\n'; echo`;

/** An environment can hold no NUL. */
const values = [
  '',
  'plain',
  'a=b=c',
  '  spaces  ',
  'line\nbreaks\n\n',
  '"$HOME" \\ `id`',
  ...Object.values(oddTexts),
].filter((value) => !value.includes('\u0000'));
const variables = Object.fromEntries(values.map((value, n) => [`ODD_${n}`, value]));
const printAll = Object.keys(variables).map(printHex).join('\n');

export const environmentChecks: readonly Check[] = [
  check(
    'env.reaches',
    'The variables of env reach the command.',
    'Commands would run with other settings than given.',
    (world) =>
      prints(world, `echo "$GREETING-$other_1-\${ABSENT-unset}"`, ['hello-1-unset'], {
        env: { GREETING: 'hello', other_1: '1' },
      }),
  ),
  check(
    'env.values',
    'The values of env are exact: empty ones, blanks, line breaks, quotes, dollar signs and any script included.',
    'Settings would arrive changed, or be executed.',
    (world) => prints(world, printAll, values.map(hex), { env: variables }),
  ),
  check(
    'env.argv',
    'The variables of env reach a command that is an argument vector.',
    'Programs that are run without a shell would have no settings.',
    (world) => prints(world, ['printenv', 'GREETING'], ['hello'], { env: { GREETING: 'hello' } }),
  ),
  check(
    'secret-env.reaches',
    'The variables of secretEnv reach the command, beside those of env.',
    'Commands would run without their passwords.',
    async (world) => {
      const more = { secretEnv: { PASSWORD: 'hunter2' } };
      await prints(world, `echo "$USER_NAME"; ${printHex('PASSWORD')}`, ['ana', hex('hunter2')], {
        ...more,
        env: { USER_NAME: 'ana' },
      });
    },
  ),
  check(
    'secret-env.values',
    'The values of secretEnv are exact: empty ones, blanks, line breaks, quotes, dollar signs and any script included.',
    'Private keys and passwords with odd characters would not work.',
    async (world) => prints(world, printAll, values.map(hex), { secretEnv: variables }),
  ),
  check(
    'secret-env.large',
    'A value of secretEnv may have 32 KiB.',
    'Certificates and service account files could not be given to a run.',
    async (world) => {
      const more = { secretEnv: { LARGE: 'k'.repeat(32 * 1024) } };
      await prints(world, 'printf "%s" "$LARGE" | wc -c | tr -d " "', [String(32 * 1024)], more);
    },
  ),
  check(
    'stdin.exact',
    'Standard input reaches the command byte for byte, whatever bytes it has, and then ends.',
    'Archives and images piped into a run would be spoilt.',
    async (world) => {
      const stdin = Uint8Array.from({ length: 1024 }, (_, n) => n % 256);
      const expected = Buffer.from(stdin).toString('hex');
      await prints(world, "od -An -v -tx1 | tr -d ' \\n'; echo; cat; echo end", [expected, 'end'], { stdin });
    },
    { needs: ['output', 'stdin'] },
  ),
  check(
    'stdin.maximum',
    'Standard input may have as many bytes as the capability stdin says.',
    'An input that is announced as small enough would be cut.',
    async (world) => {
      const { stdin } = world.provider.capabilities;
      const size = 'maximumBytes' in stdin ? Math.min(stdin.maximumBytes, 4 * 1024 * 1024) : 0;
      await prints(world, 'wc -c | tr -d " "', [String(size)], { stdin: Buffer.alloc(size, 'x') });
    },
    { needs: ['output', 'stdin'] },
  ),
  check(
    'stdin.unread',
    'Standard input that the command does not read does no harm.',
    'A command that needs no input would fail or hang because it was given some.',
    async (world) => {
      const { task, state } = await runTask(world, 'echo ready; exit 3', { stdin: Buffer.alloc(100_000, 'x') });
      deepEqual([state.reason, state.exitCode], ['exited', 3], 'reason and exit code');
      const lines = await outputOf(world, task, (seen) => seen.length > 0);
      deepEqual(printedOn(lines, 'stdout'), ['ready'], 'standard output');
    },
    { needs: ['output', 'stdin'] },
  ),
  check(
    'secret-env.silent',
    'A secret value is in nothing that inspect, list, templates or an error say.',
    'Secrets would be shown to everybody who may see a run.',
    async (world) => {
      const value = `s3cr3t-${world.executionId()}`;
      const more = { secretEnv: { PASSWORD: value } };
      const { tasks } = world.provider;
      const { task, state } = await runTask(world, 'no-such-program-anywhere', { ...more, maskedValues: [value] });
      const said = JSON.stringify([
        task,
        state,
        await tasks.inspect(task),
        await tasks.list(),
        await tasks.templates(),
      ]);
      ok(!said.includes(value), 'no secret in what the provider says of a task');
      equal(state.exitCode, 127, 'exit code');
    },
    { needs: [] },
  ),
];
