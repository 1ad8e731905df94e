import { AwsError } from '../wire/aws-error.ts';

const comparison = /^\$((?:\.[A-Za-z_][\w-]*)+)\s*(=|!=)\s*(?:"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?))$/;

/**
 * The part of CloudWatch's filter syntax that a deployment of ours uses: nothing, terms and quoted phrases that must all occur, and
 * comparisons of members of JSON messages joined by `&&`. Anything else is refused, so that nobody takes a wrong answer for a right one.
 */
export function matches(pattern: string, message: string): boolean {
  const text = pattern.trim();
  if (text === '') return true;
  if (text.startsWith('{')) return matchesJson(text, message);
  const terms = [...text.matchAll(/"([^"]*)"|([\w.:/-]+)|(\S)/g)];
  if (terms.some(([, , , other]) => other !== undefined)) throw invalidPattern();
  return terms.every(([, phrase, word]) => message.includes(phrase ?? word!));
}

/** Throws what `matches` would. */
export const checkPattern = (pattern: string): void => void matches(pattern, '{}');

function matchesJson(text: string, message: string): boolean {
  if (!text.endsWith('}')) throw invalidPattern();
  const conditions = text
    .slice(1, -1)
    .split('&&')
    .map((part) => {
      const match = comparison.exec(part.trim());
      if (!match) throw invalidPattern();
      return match;
    });
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return false;
  }
  return conditions.every(([, path, operator, quoted, digits]) => {
    let member = value;
    for (const name of path!.slice(1).split('.'))
      member = (member as Record<string, unknown> | null | undefined)?.[name];
    const wanted = quoted === undefined ? Number(digits) : quoted.replace(/\\(.)/g, '$1');
    return (String(member) === String(wanted) && member !== undefined) === (operator === '=');
  });
}

const invalidPattern = () => new AwsError('InvalidParameterException', 'Invalid filter pattern');
