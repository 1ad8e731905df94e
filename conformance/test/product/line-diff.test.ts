import { expect, it } from 'vitest';
import { lineDiff } from '../../src/product/line-diff.ts';

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`);

it('gives nothing for texts that are the same', () => {
  expect(lineDiff('a\nb\n', 'a\nb\n')).toBeUndefined();
});

it('shows what is missing, what is too much, and a few lines around', () => {
  const expected = [...numbers(1, 20)].join('\n');
  const seen = [...numbers(1, 9), 'ten', ...numbers(11, 19), '20', '21'].join('\n');
  expect(lineDiff(expected, seen)?.split('\n')).toEqual([
    '  …',
    '  7',
    '  8',
    '  9',
    '- 10',
    '+ ten',
    '  11',
    '  12',
    '  13',
    '  …',
    '  18',
    '  19',
    '  20',
    '+ 21',
  ]);
});

it('shows where a text breaks off', () => {
  expect(lineDiff('a\nb\nc', 'a')).toBe('  a\n- b\n- c');
});
