import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTerminalLine, visibleText } from '../../viewer/source/log/terminal-line.ts';
import { applySgr, plain } from '../../viewer/source/log/text-style.ts';
import { textWidth } from '../../viewer/source/log/text-width.ts';

const esc = '\x1b';
const seen = (raw: string) => visibleText(raw);

describe('what a line shows', () => {
  test.each([
    ['plain text', 'plain text'],
    ['', ''],
    ['10%\r50%\r100% done', '100% done'],
    ['a longer text\rshort', 'shortger text'],
    [`a longer text\r${esc}[Kshort`, 'short'],
    [`abc${esc}[2K${esc}[1Gx`, 'x'],
    ['windows\r', 'windows'],
    ['abc\b\bX', 'aXc'],
    [`${esc}[3Cx`, '   x'],
    [`ab${esc}[1Dx`, 'ax'],
    [`${esc}[1;31mred${esc}[0m and plain`, 'red and plain'],
    [`${esc}]0;a title\x07text`, 'text'],
    [`${esc}]8;;https://example.org${esc}\\link${esc}]8;;${esc}\\`, 'link'],
    [`${esc}(B${esc}[?25htext${esc}=`, 'text'],
    ['bell\x07 null\x00', 'bell null'],
    ['<b>&amp;</b>', '<b>&amp;</b>'],
    [`${esc}[`, ''],
  ])('%j', (raw, expected) => {
    expect(seen(raw)).toBe(expected);
  });

  test('a text without control characters is itself, and none is ever left over', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const raw = text.replaceAll('\n', '');
        const shown = seen(raw);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be shown
        expect(shown).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f]/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
        if (!/[\x00-\x08\x0a-\x1f\x7f]/.test(raw)) expect(shown).toBe(raw);
      }),
    );
  });

  test('a progress bar of ten thousand steps shows its last', () => {
    const steps = Array.from({ length: 10_000 }, (_, step) => `\r${esc}[32m${step} of 10000`).join('');
    expect(seen(steps)).toBe('9999 of 10000');
    expect(readTerminalLine(steps).segments.at(-1)?.style).toEqual({ foreground: 2 });
  });

  test('a cursor that is sent far away makes no endless line', () => {
    expect(seen(`${esc}[999999999Cx`).length).toBeLessThan(200_000);
  });
});

describe('how it looks', () => {
  test('stretches of one look, and the look that the next line begins with', () => {
    const { segments, style } = readTerminalLine(`a${esc}[1;38;5;214mb${esc}[48;2;1;2;3mc${esc}[22md`);
    expect(segments).toEqual([
      { text: 'a', style: {} },
      { text: 'b', style: { bold: true, foreground: [255, 175, 0] } },
      { text: 'c', style: { bold: true, foreground: [255, 175, 0], background: [1, 2, 3] } },
      { text: 'd', style: { foreground: [255, 175, 0], background: [1, 2, 3] } },
    ]);
    expect(style).toEqual({ foreground: [255, 175, 0], background: [1, 2, 3] });
    expect(readTerminalLine('more', style).segments).toEqual([{ text: 'more', style }]);
  });

  test('only web addresses become links', () => {
    const link = (address: string) => readTerminalLine(`${esc}]8;;${address}\x07x${esc}]8;;\x07`).segments[0]!.link;
    expect(link('https://example.org/?a=b')).toBe('https://example.org/?a=b');
    expect(link('javascript:alert(1)')).toBeUndefined();
    expect(link('data:text/html,x')).toBeUndefined();
    expect(link('file:///etc/passwd')).toBeUndefined();
  });

  test.each([
    ['', {}],
    ['0', {}],
    ['4', { underline: true }],
    ['4:0', {}],
    ['3;9', { italic: true, strike: true }],
    ['97;100', { foreground: 15, background: 8 }],
    ['38;5;9', { foreground: 9 }],
    ['38:5:232', { foreground: [8, 8, 8] }],
    ['38:2::10:20:30', { foreground: [10, 20, 30] }],
    ['38:2:10:20:30', { foreground: [10, 20, 30] }],
    ['38;2;300;20;30', { foreground: [255, 20, 30] }],
    ['38;5;999', {}],
    ['38;5;1;1', { foreground: 1, bold: true }],
    ['999', {}],
  ])('SGR %s', (parameters, expected) => {
    expect(applySgr(plain, parameters)).toEqual(expected);
  });
});

test('columns', () => {
  expect(textWidth('abc')).toBe(3);
  expect(textWidth('你好')).toBe(4);
  expect(textWidth('a\tb')).toBe(9);
  expect(textWidth('e\u0301')).toBe(1);
});
