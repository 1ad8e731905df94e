import { describe, expect, it } from 'vitest';
import { checks } from '../src/checks/index.ts';

describe('checks', () => {
  it('mean for ever what they mean: a changed line here is a changed promise', () => {
    const lines = checks.map(({ id, level, sentence }) => `${id} (${level}): ${sentence}`);
    expect(lines.join('\n')).toMatchSnapshot();
  });

  it('have ids of their own, that say their facet', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    expect(checks.filter(({ id, facet }) => !id.startsWith(`${facet}.`)).map(({ id }) => id)).toEqual([]);
  });

  it('say what holds, and why it matters, in sentences', () => {
    expect(
      checks.filter(({ sentence, why }) => !/\S.*[.:]?$/s.test(sentence) || !why.endsWith('.')).map(({ id }) => id),
    ).toEqual([]);
  });
});
