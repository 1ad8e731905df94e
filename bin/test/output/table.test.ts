import { describe, expect, it } from 'vitest';
import { renderTable } from '../../src/output/table.ts';
import { cut, displayWidth, printable } from '../../src/output/text.ts';

const columns = [
  { title: 'Name', value: (row: { name: string; command: string }) => row.name },
  { title: 'Command', value: (row: { name: string; command: string }) => row.command, shrinks: true as const },
];
const render = (rows: { name: string; command: string }[], terminalWidth?: number) =>
  renderTable(columns, rows, { bold: (text) => `*${text}*`, ...(terminalWidth ? { terminalWidth } : {}) });

describe('renderTable', () => {
  it('aligns columns, two spaces apart, without spaces at the end of a line', () => {
    expect(
      render([
        { name: 'a', command: 'ls' },
        { name: 'long-name', command: '' },
      ]),
    ).toBe('*Name*       *Command*\n─────────  ───────\na          ls\nlong-name\n');
  });

  it('cuts the columns that may shrink until the table fits the terminal', () => {
    const text = render([{ name: 'a', command: 'x'.repeat(200) }], 40);
    expect(Math.max(...text.split('\n').slice(1).map(displayWidth))).toBe(40);
    expect(text).toContain('x…');
  });

  it('does not shrink a column to nothing on a very narrow terminal', () => {
    expect(render([{ name: 'a', command: 'x'.repeat(200) }], 5)).toContain(`${'x'.repeat(7)}…`);
  });

  it('leaves out columns that may be missed before others get too narrow to read', () => {
    const wide = [
      { title: 'Id', value: () => 'i'.repeat(30) },
      { title: 'Command', value: () => 'x'.repeat(60), shrinks: true as const },
      { title: 'User', value: () => 'u'.repeat(30), droppable: true as const },
    ];
    const titles = (terminalWidth: number) => renderTable(wide, [0], { terminalWidth, bold: String }).split('\n')[0];
    expect(titles(90)).toContain('User');
    expect(titles(80)).not.toContain('User');
  });

  it('keeps commands with line breaks and escape sequences on one harmless line', () => {
    const text = render([{ name: 'a', command: 'echo 1\necho \u001b[31m2' }]);
    expect(text).toContain('echo 1 echo �[31m2\n');
  });
});

it('counts wide characters, combining marks and escape sequences as terminals show them', () => {
  expect(displayWidth('日本')).toBe(4);
  expect(displayWidth('e\u0301')).toBe(1);
  expect(displayWidth('\u001b[1mbold\u001b[0m')).toBe(4);
  expect(cut('日本語', 5)).toBe('日本…');
  expect(printable('a\tb\u0007')).toBe('a b�');
});
