import type { Result } from './result.ts';

/** A failed check, in a few lines for people. */
export function formatFailure({ id, level, sentence, why, failure }: Result): string {
  const { message, expected, seen, waitingFor, stack } = failure ?? { message: 'no reason was given' };
  return [
    `${id} (${level}): ${sentence}`,
    `  ${message}`,
    expected !== undefined && `  expected:    ${expected}`,
    seen !== undefined && `  seen:        ${seen}`,
    waitingFor !== undefined && `  waiting for: ${waitingFor}`,
    `  it matters:  ${why}`,
    stack?.replaceAll(/^/gm, '    '),
  ]
    .filter((line) => typeof line === 'string')
    .join('\n');
}
