import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLocal, run, temporaryHome } from '../harness.ts';

/** Has `cat` print exactly these bytes. */
async function printed(bytes: Buffer) {
  const home = temporaryHome();
  const provider = await openLocal(home);
  const file = join(home, 'output');
  writeFileSync(file, bytes);
  return run(provider, ['cat', file]);
}

const kept: [string, string][] = [
  ['nothing', ''],
  ['empty lines', '\n\n\n'],
  ['ANSI sequences', '\u001b[31mred\u001b[0m\n\u001b[2K\u001b[1A'.concat('\n')],
  ['lines that look like JSON', '{"type":"disconnect"}\n[1,2]\n"text"\n'],
  ['carriage returns', '10%\r20%\r100%\r\nnext\r\n'],
  ['NUL characters and a byte order mark', '\ufefftext\u0000text\n'],
  ['every plane of Unicode', 'é ü 漢字 🚀 \u{10ffff}\n'.repeat(20_000)],
];
it.each(kept)('keeps %s byte for byte', async (_name, text) => {
  const result = await printed(Buffer.from(text));
  expect(result.text('stdout') === text).toBe(true);
  expect(result.chunks.reduce((sum, chunk) => sum + chunk.count, 0)).toBe(text.split('\n').length - 1);
});

it('gives a last line its newline', async () => {
  expect((await printed(Buffer.from('one\ntwo'))).text()).toBe('one\ntwo\n');
});

it('replaces what is not UTF-8, as a decoder of the whole would', async () => {
  const bytes = Buffer.from([
    0x61, 0xff, 0xfe, 0x0a, 0xe2, 0x82, 0x0a, 0xf0, 0x9f, 0x9a, 0x80, 0xc3, 0x28, 0x0a, 0xe2, 0x82,
  ]);
  expect((await printed(bytes)).text()).toBe(`${bytes.toString('utf8')}\n`);
});

it('cuts what is over 256 KiB between characters, and says so', async () => {
  const line = `a${'漢'.repeat(200_000)}`;
  const { chunks } = await printed(Buffer.from(`before\n${line}\nafter\n`));
  const lines: string[] = [];
  let goesOn = false;
  for (const chunk of chunks) {
    const texts = Buffer.from(chunk.text).toString().split('\n').slice(0, -1);
    expect(texts).toHaveLength(chunk.count);
    for (const text of texts) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(256 * 1024);
      if (goesOn) lines.push(lines.pop() + text);
      else lines.push(text);
      goesOn = false;
    }
    goesOn = chunk.continues ?? false;
  }
  expect(lines.map((text) => text.length)).toEqual([6, line.length, 5]);
  expect(lines[1] === line).toBe(true);
});

it('keeps a hundred thousand lines in their order, in few rows', async () => {
  const provider = await openLocal(temporaryHome());
  const { text, chunks } = await run(provider, 'seq 1 100000');
  const expected = Array.from({ length: 100_000 }, (_, i) => `${i + 1}\n`).join('');
  expect(createHash('sha256').update(text()).digest('hex')).toBe(createHash('sha256').update(expected).digest('hex'));
  expect(chunks.length).toBeLessThan(100);
});

it('tells stdout from stderr', async () => {
  const provider = await openLocal(temporaryHome());
  const { text } = await run(provider, 'for i in 1 2 3; do echo out $i; echo err $i >&2; done');
  expect(text('stdout')).toBe('out 1\nout 2\nout 3\n');
  expect(text('stderr')).toBe('err 1\nerr 2\nerr 3\n');
});
