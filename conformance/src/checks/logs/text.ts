import type { Check } from '../../check.ts';
import { deepEqual, equal, ok } from '../../expect.ts';
import { line, numbered, readChunks, readTexts, textOf } from '../support/log-text.ts';

const kept = (what: string, name: string, texts: readonly string[], why: string): Check => ({
  id: `logs.text.${what}`,
  level: 'MUST',
  facet: 'logs',
  sentence: `${name} are kept byte for byte.`,
  why,
  async run({ provider: { logs } }) {
    await logs.append(
      'e',
      texts.map((text, n) => line(`id-${n}`, text)),
    );
    equal(textOf(await readChunks(logs, 'e')), texts.map((text) => `${text}\n`).join(''), 'the text of the log');
  },
});

export const textChecks: readonly Check[] = [
  kept('empty', 'Empty lines', ['', 'a', '', '', 'b', ''], 'Tables and diffs would lose their shape.'),
  kept(
    'escapes',
    'ANSI escape sequences',
    ['\u001b[31mred\u001b[0m', '\u001b[2K\u001b[1A', '\u001b]8;;https://a.b\u0007x\u001b]8;;\u0007'],
    'Colours and progress bars would be garbage.',
  ),
  kept(
    'json',
    'Lines that look like JSON',
    ['{"message":"x","severity":"ERROR"}', '{"a": 1.0}', '[1, 2]', '"text"', 'null', '{', '{"time":1}'],
    'Structured output would come back reformatted, or only in part.',
  ),
  kept('carriage-return', 'Carriage returns', ['50%\r100%', 'dos\r', '\r', 'a\r\rb'], 'Progress bars would be torn.'),
  kept(
    'spaces',
    'Blanks and tabs at both ends of lines',
    ['  indented', 'trailing  ', '\t', ' ', '\u00a0\u2003'],
    'Programs that read the output, such as YAML, would read something else.',
  ),
  kept(
    'controls',
    'NUL and other control characters',
    ['a\u0000b', '\u0000', '\u0001\u0008\u000b\u000c\u001f\u007f', '\u0085\u2028\u2029'],
    'Binary output would break off or fall apart into more lines.',
  ),
  kept(
    'unicode',
    'Characters of every plane, marks of byte order and combining characters',
    ['é', 'e\u0301', '👩‍👩‍👧', '\ufeffbom', '\u{10ffff}', 'שלום', '\ufffd'],
    'Output in other languages would be garbled.',
  ),
  kept(
    'markers',
    'Lines that look like a line break, a separator or a prefix',
    ['\\n', '\\u0000', '%0A', '---', 'stdout', '2024-01-01T00:00:00Z x', '\u001e\u001f', 'data: x'],
    'What a command prints could forge or hide lines.',
  ),
  {
    id: 'logs.text.long',
    level: 'MUST',
    facet: 'logs',
    sentence: 'A line of 256 KiB is kept whole, as one line.',
    why: 'Long lines, such as minified files and base64, would be cut.',
    async run({ provider: { logs } }) {
      const texts = ['x'.repeat(256 * 1024), 'short', '€'.repeat(87_381), 'y'.repeat(256 * 1024)];
      await logs.append(
        'e',
        texts.map((text, n) => line(`id-${n}`, text)),
      );
      const chunks = await readChunks(logs, 'e');
      ok(textOf(chunks) === texts.map((text) => `${text}\n`).join(''), 'the text comes back as it was');
      equal(chunks.filter((chunk) => chunk.continues).length, 0, 'chunks said to go on');
    },
  },
  {
    id: 'logs.text.pieces',
    level: 'MUST',
    facet: 'logs',
    sentence:
      'A piece that continues is the last line of its chunk, which says so, and the next piece comes in the next chunk of its stream.',
    why: 'A long line would be shown as several, or glued to its neighbour.',
    async run({ provider: { logs } }) {
      const piece = 'p'.repeat(256 * 1024);
      const lines = [
        line('1', 'before'),
        line('2', piece, { continues: true }),
        line('3', 'other', { stream: 'stderr' }),
        line('4', 'rest'),
        line('5', 'after'),
      ];
      await logs.append('e', lines);
      const joined: string[] = [];
      let open = false;
      for (const chunk of (await readChunks(logs, 'e')).filter(({ stream }) => stream === 'stdout')) {
        const [first = '', ...more] = Buffer.from(chunk.text).toString().split('\n').slice(0, -1);
        if (open) joined.push(joined.pop() + first, ...more);
        else joined.push(first, ...more);
        open = chunk.continues === true;
      }
      deepEqual(
        joined.map((text) => text.length),
        [6, 256 * 1024 + 4, 5],
        'the lengths of the lines, pieces put together',
      );
    },
  },
  {
    id: 'logs.text.many',
    level: 'MUST',
    facet: 'logs',
    sentence: 'All of 100,000 lines are kept, in the order of their arrival.',
    why: 'The output of long runs would have holes.',
    limitSeconds: 60,
    async run({ provider: { logs } }) {
      const lines = numbered(100_000);
      for (let start = 0; start < lines.length; start += 10_000)
        await logs.append('e', lines.slice(start, start + 10_000));
      const texts = await readTexts(logs, 'e');
      equal(texts.length, lines.length, 'lines in the log');
      const wrong = texts.findIndex((text, n) => text !== `line ${n}`);
      equal(wrong, -1, 'the first line that is not the one appended at its place');
    },
  },
];
