import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { nextTurn } from '../support/next-turn.ts';
import { type OutputLine, outputOf, printedOn } from '../support/output.ts';
import { prints } from '../support/prints.ts';
import { runTask, startTask } from '../support/tasks.ts';

const check = (what: string, sentence: string, why: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id: `logs.task.${what}`,
  level: 'MUST',
  facet: 'logs',
  needs: ['output'],
  sentence,
  why,
  run,
  ...more,
});

const changed = 'What a viewer sees would not be what the command printed.';

const printed = (what: string, name: string, command: string, expected: readonly string[]): Check =>
  check(what, `${name} that a command prints arrive byte for byte.`, changed, (world) =>
    prints(world, command, expected),
  );

const longBytes = 300 * 1024;
const longLine = 'awk \'BEGIN { for (i = 0; i < 30720; i++) printf "%010d", i; printf "\\n" }\'';
const longText = Array.from({ length: longBytes / 10 }, (_, n) => String(n).padStart(10, '0')).join('');

export const taskLogChecks: readonly Check[] = [
  printed('empty-lines', 'Empty lines', "printf '\\n\\na\\n\\n'", ['', '', 'a', '']),
  printed('no-final-newline', 'Last lines without a newline', "printf 'one\\ntwo'", ['one', 'two']),
  printed('escapes', 'ANSI escape sequences', "printf '\\033[31mred\\033[0m\\n\\033[2K\\n'", [
    '\u001b[31mred\u001b[0m',
    '\u001b[2K',
  ]),
  printed('carriage-return', 'Carriage returns', "printf '50%%\\r100%%\\r\\ndos\\r\\n'", ['50%\r100%\r', 'dos\r']),
  printed('json', 'Lines that look like JSON', `printf '%s\\n' '{"message":"x", "severity":"ERROR"}' '[1, 2]' null`, [
    '{"message":"x", "severity":"ERROR"}',
    '[1, 2]',
    'null',
  ]),
  printed('spaces', 'Blanks and tabs at both ends of lines', "printf '  a  \\n\\tb\\t\\n \\n'", [
    '  a  ',
    '\tb\t',
    ' ',
  ]),
  printed('nul', 'NUL characters', "printf 'a\\000b\\n\\000\\n'", ['a\u0000b', '\u0000']),
  printed('unicode', 'Characters of other scripts and emoji', "printf '%s\\n' 'שלום 👩‍👩‍👧 é'", ['שלום 👩‍👩‍👧 é']),
  check('split-character', 'A character whose bytes are printed one after the other arrives whole.', changed, (world) =>
    prints(world, "printf '\\342'; sleep 0.2; printf '\\202'; sleep 0.2; printf '\\254\\n'", ['€']),
  ),
  check(
    'invalid-utf8',
    'Bytes that are not UTF-8 become U+FFFD, and nothing else of their line is lost.',
    'Binary output would break off the log, or make it unreadable.',
    async (world) => {
      const { task } = await runTask(world, "printf 'a\\377b\\n\\300\\200c\\n\\360\\237\\n'; echo end");
      const lines = await outputOf(world, task, (seen) => printedOn(seen, 'stdout').includes('end'));
      const shown = printedOn(lines, 'stdout').map((text) => text.replace(/\ufffd+/g, '\ufffd'));
      deepEqual(shown, ['a\ufffdb', '\ufffdc', '\ufffd', 'end'], 'standard output, runs of U+FFFD as one');
    },
  ),
  check(
    'nothing',
    'A command that prints nothing has no lines.',
    'Lines of the machinery would be taken for output.',
    (world) => prints(world, 'true', []),
  ),
  check(
    'streams',
    'Standard output and standard error are told apart.',
    'Scripts that read the output would read the error messages too.',
    async (world) => {
      const { task } = await runTask(world, 'echo out; echo err >&2; echo out again; echo err again >&2');
      const lines = await outputOf(world, task, (seen) => seen.length === 4);
      deepEqual(printedOn(lines, 'stdout'), ['out', 'out again'], 'standard output');
      deepEqual(printedOn(lines, 'stderr'), ['err', 'err again'], 'standard error');
      equal(printedOn(lines, 'system').length, 0, 'lines of runvoy itself');
    },
  ),
  check(
    'argv',
    'What a command prints that is an argument vector arrives in the same way.',
    'Programs that are run without a shell would seem to print nothing.',
    (world) => prints(world, ['printf', 'one\\n\\ntwo'], ['one', '', 'two']),
  ),
  check(
    'while-running',
    'Lines arrive while the command runs, the first ones without waiting for more.',
    'Output would be shown when a command is over instead of live.',
    async (world) => {
      const task = await startTask(world, 'echo first; sleep 300');
      const seen = await world.until('the first line of a running command', async () => {
        const lines = await outputOf(world, task, (found) => found.length > 0);
        return lines.length > 0 && lines;
      });
      deepEqual(printedOn(seen, 'stdout'), ['first'], 'standard output');
      equal((await world.provider.tasks.inspect(task)).phase, 'running', 'phase');
    },
  ),
  check(
    'times',
    'Lines have the time when they were printed, in milliseconds since the epoch.',
    'Logs could not be compared with what happened elsewhere.',
    async (world) => {
      const start = Date.now();
      const { task } = await runTask(world, 'echo one; sleep 1; echo two');
      const [one, two] = (await outputOf(world, task, (seen) => seen.length === 2)) as [OutputLine, OutputLine];
      ok(Math.abs(one.time - start) < 3_600_000, `about now (${start}): ${one.time}`);
      const apart = two.time - one.time;
      ok(apart >= 500 && apart < 10_000, `a second apart: ${apart} ms`);
    },
  ),
  check(
    'long-line',
    'A line of 256 KiB arrives whole, and a longer one in pieces of at most 256 KiB that make up the line.',
    'Minified files and base64 would be cut or garbled.',
    async (world) => {
      const script = `${longLine}; echo; echo "$(${longLine} | head -c 262144)"; echo end`;
      const { task } = await runTask(world, script);
      const lines = await outputOf(world, task, (seen) => printedOn(seen, 'stdout').includes('end'));
      deepEqual(
        lines.map(({ text }) => text.length),
        [longBytes, 0, 262_144, 3],
        'the lengths of the lines',
      );
      ok(lines[0]!.text === longText, 'the text of the long line, its pieces put together');
      ok(lines[0]!.pieces > 1, 'the long line comes in pieces');
      equal(lines[2]!.pieces, 1, 'the pieces of a line of 256 KiB');
    },
    { limitSeconds: 40 },
  ),
  check(
    'many-lines',
    'All of 100,000 lines that a command prints arrive, once and in order.',
    'The output of long runs would have holes.',
    async (world) => {
      const { task } = await runTask(world, 'awk \'BEGIN { for (i = 0; i < 100000; i++) print "line " i }\'');
      const lines = await outputOf(world, task, (seen) => seen.length === 100_000);
      equal(lines.length, 100_000, 'lines');
      equal(
        lines.findIndex(({ text }, n) => text !== `line ${n}`),
        -1,
        'the first line that is not at its place',
      );
    },
    { limitSeconds: 60 },
  ),
  check(
    'ended',
    'Where the provider writes the log itself, the log says ended once the task has ended, with the last line in it.',
    'Viewers would wait for ever, or miss the last lines.',
    async (world) => {
      const { logs } = world.provider;
      const task = await startTask(world, 'echo one; sleep 0.3; echo two; exit 3');
      let lines = 0;
      for await (const { chunks } of logs.watch(task.executionId, {}, { signal: world.signal })) {
        lines += chunks.reduce((sum, { count }) => sum + count, 0);
        await nextTurn();
      }
      equal(lines, 2, 'lines up to the page that said ended');
      equal(await logs.ended(task.executionId), true, 'ended');
      equal((await world.provider.tasks.inspect(task)).phase, 'ended', 'the phase of the task');
    },
    { needs: ['masking'] },
  ),
];
