import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { outputOf, printedOn } from '../support/output.ts';
import { prints } from '../support/prints.ts';
import { countRuns } from '../support/shared-folder.ts';
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

const changed = 'Commands would do something else than what was asked: delete other files, mail other people.';

const argument = (name: string, value: string): Check =>
  check(`argv.${name}`, `An argument reaches the program byte for byte: ${JSON.stringify(value)}.`, changed, (world) =>
    prints(world, ['printf', '[%s]\\n', 'before', value, 'after'], `[before]\n[${value}]\n[after]`.split('\n')),
  );

export const commandChecks: readonly Check[] = [
  argument('spaces', '  two  words  '),
  argument('empty', ''),
  argument('quotes', `it's "quoted" \\'twice\\' \\`),
  argument('substitution', `$(echo pwned) \`echo pwned\` $HOME \${PATH} $$ $((1+1))`),
  argument('patterns', '* ? [a-z] {a,b} ~ ~root !! #not-a-comment'),
  argument('operators', '; echo pwned & | && || > /dev/null < x ( ) { }'),
  argument('newlines', 'first\nsecond\n\nfourth'),
  argument('dashes', '--help'),
  argument('unicode', 'שלום 👩‍👩‍👧 é e\u0301'),
  argument('json', '{"a":["b",null],"c":"\\u0000\\n"}'),
  argument('percent', '%s %d %% %n'),
  argument('tabs', '\ta\tb\r'),
  check(
    'argv.order',
    'Arguments keep their order and number, the empty and the repeated ones included.',
    changed,
    (world) => prints(world, ['printf', '%s,', '', 'b', 'a', '', 'b', ''], [',b,a,,b,,']),
  ),
  check(
    'shell.text',
    'A shell text is given to /bin/sh as one argument: quotes, comments, here-documents, line breaks and back slashes work as at home.',
    changed,
    (world) => {
      const script = [
        `echo 'single "inside"' "double 'inside' \\$HOME" back\\\\slash # a comment`,
        `cat <<'END'`,
        `$(not run) \\n "' %s`,
        `END`,
        `x=$(printf '%s' "a  b"); echo "$x" | tr a-z A-Z; case $x in a*) echo yes;; esac`,
        `printf '%s\\n' '\\u00e9' "é"; echo last # no newline after this`,
      ].join('\n');
      const expected = [
        `single "inside" double 'inside' $HOME back\\slash`,
        `$(not run) \\n "' %s`,
        'A  B',
        'yes',
        '\\u00e9',
        'é',
        'last',
      ];
      return prints(world, script, expected);
    },
  ),
  check(
    'shell.once',
    'A shell text is executed exactly once.',
    changed,
    async (world) => equal((await countRuns(world, 'exit 0')).count, 1, 'times that the command ran'),
    { needs: ['harness.repositories'] },
  ),
  check(
    'shell.not-pasted',
    'A shell text with an error in it fails by itself: it does not break, or end, what is around it.',
    'A command with a stray quote would be reported as a failure of the cloud, or run something else.',
    async (world) => {
      for (const text of [`echo 'unfinished`, '(', 'if true; then', '}; echo pwned; {']) {
        const { task, state } = await runTask(world, text);
        equal(state.reason, 'exited', `the reason of ${text}`);
        ok(state.exitCode !== 0, `an exit code other than 0 of ${text}`);
        const lines = await outputOf(world, task, () => false);
        deepEqual(printedOn(lines, 'stdout'), [], `the standard output of ${text}`);
      }
    },
  ),
  check('shell.exit', 'What comes after exit in a shell text is not executed.', changed, async (world) => {
    const { task, state } = await runTask(world, 'echo one; exit 6; echo two');
    equal(state.exitCode, 6, 'exit code');
    const lines = await outputOf(world, task, (seen) => seen.length > 0);
    deepEqual(printedOn(lines, 'stdout'), ['one'], 'standard output');
  }),
  check(
    'stdin.none',
    'A command that was given no standard input finds it at its end at once.',
    'Every command that reads its input would hang until its time-out.',
    (world) => prints(world, 'cat; echo done', ['done']),
    { level: 'SHOULD' },
  ),
  check(
    'folder.own',
    'A run finds nothing in its working folder that another run has put there, and may write to it.',
    'Results of one run would leak into another, and files would pile up.',
    async (world) => {
      await prints(world, 'echo x > left-behind && cat left-behind', ['x']);
      await prints(world, 'ls left-behind 2> /dev/null; echo done', ['done']);
    },
  ),
];
