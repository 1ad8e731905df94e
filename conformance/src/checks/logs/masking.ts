import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import type { World } from '../../world.ts';
import { type OutputLine, outputOf } from '../support/output.ts';
import { runTask } from '../support/tasks.ts';

const value = 's3cr3t-0123456789-ABCDEF';

const check = (what: string, sentence: string, run: Check['run'], more: Partial<Check> = {}): Check => ({
  id: `logs.masking.${what}`,
  level: 'MUST',
  facet: 'logs',
  needs: ['masking'],
  sentence,
  why: 'Everybody who may see a log would see passwords.',
  run,
  ...more,
});

/** What a command prints that has the value as `$PASSWORD`; fails when the value is in it, or the last line is not. */
async function masked(world: World, command: string, values: readonly string[] = [value]): Promise<OutputLine[]> {
  const secretEnv = Object.fromEntries(values.map((it, n) => [n === 0 ? 'PASSWORD' : `PASSWORD_${n}`, it]));
  const { task } = await runTask(world, `${command}\necho the end`, { secretEnv, maskedValues: values });
  const lines = await outputOf(world, task, (seen) => seen.at(-1)?.text === 'the end');
  const text = lines.map((line) => line.text).join('\n');
  for (const it of values) ok(!text.includes(it), `output without the secret: ${text.slice(0, 200)}`);
  equal(lines.at(-1)?.text, 'the end', 'the last line, which holds no secret');
  return lines;
}

export const maskingChecks: readonly Check[] = [
  check(
    'plain',
    'A value of maskedValues is masked before a line can be read, and the rest of the line is kept.',
    async (world) => {
      const [line] = await masked(world, 'echo "before $PASSWORD after"');
      ok(line?.text.startsWith('before ') && line.text.endsWith(' after'), `the rest of the line: ${line?.text}`);
    },
  ),
  check('stderr', 'Standard error is masked as standard output is.', async (world) => {
    await masked(world, 'echo "error: $PASSWORD" >&2; sleep 0.2');
  }),
  check('split-writes', 'A value whose parts are written one after the other is masked.', async (world) => {
    await masked(world, `printf 's3cr3t-0123'; sleep 0.3; printf '456789-AB'; sleep 0.3; printf 'CDEF rest\\n'`);
  }),
  check('no-newline', 'A value at the end of the output, without a newline after it, is masked.', async (world) => {
    const { task } = await runTask(world, 'echo the beginning; printf %s "$PASSWORD"', {
      secretEnv: { PASSWORD: value },
      maskedValues: [value],
    });
    const lines = await outputOf(world, task, (seen) => seen.length === 2);
    equal(lines.length, 2, 'lines');
    ok(!lines.some(({ text }) => text.includes(value)), 'no line with the secret');
  }),
  check(
    'long-line',
    'A value is masked where a line that is longer than 256 KiB is cut, wherever in the value that is.',
    async (world) => {
      const around = [262_144 - 12, 262_144 - value.length, 262_143];
      const command = around
        .map(
          (length) =>
            `head -c ${length} /dev/zero | tr '\\000' x; printf '%s' "$PASSWORD"; head -c 5000 /dev/zero | tr '\\000' y; echo`,
        )
        .join('\n');
      const lines = await masked(world, command);
      deepEqual(
        lines.slice(0, 3).map(({ text }) => /^x+[^xy]*y+$/.test(text)),
        [true, true, true],
        'lines with their beginnings and ends',
      );
    },
    { limitSeconds: 40 },
  ),
  check('repeated', 'Every occurrence of every value is masked, side by side too.', async (world) => {
    await masked(world, 'echo "$PASSWORD$PASSWORD$PASSWORD_1 x $PASSWORD"; echo "$PASSWORD_1"', [
      value,
      'another-secret',
    ]);
  }),
  check('several-lines', 'Every line of a value of several lines is masked.', async (world) => {
    const key = 'first-line-of-the-key\nsecond-line-of-the-key\n';
    const lines = await masked(world, 'printf %s "$PASSWORD"', [key]);
    const text = lines.map((line) => line.text).join('\n');
    ok(!text.includes('first-line') && !text.includes('second-line'), `output without lines of the key: ${text}`);
  }),
  check('patterns', 'A value with characters that have a meaning in patterns is masked as it is.', async (world) => {
    await masked(world, 'printf "%s\\n" "$PASSWORD"; echo "axb"', ['a.*b+(c)[d]\\e^$|?']);
  }),
  check('others-kept', 'What is no secret is not masked.', async (world) => {
    const lines = await masked(world, 'echo "s3cr3t-0123456789"; echo "S3CR3T-0123456789-ABCDEF"');
    deepEqual(
      lines.map(({ text }) => text),
      ['s3cr3t-0123456789', 'S3CR3T-0123456789-ABCDEF', 'the end'],
      'the lines',
    );
  }),
  check(
    'encoded',
    'The base64 form of a value is masked.',
    async (world) => {
      const encoded = Buffer.from(value).toString('base64');
      const lines = await masked(world, `echo "Authorization: Basic ${encoded}"`);
      ok(!lines.some(({ text }) => text.includes(encoded)), 'no line with the encoded secret');
    },
    { level: 'SHOULD' },
  ),
];
