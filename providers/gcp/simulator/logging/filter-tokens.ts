import { invalidArgument } from '../cloud/cloud-error.ts';

/** A piece of a filter. `text`: a word or a quoted string; `sign`: everything else. */
export type Token = { kind: 'text'; value: string; quoted: boolean } | { kind: 'sign'; value: string };

const pattern =
  /\s+|--[^\n]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|!=|>=|<=|=~|!~|[=:<>(),.]|-|[^\s"'=:<>(),.!-][^\s"'=:<>(),.!]*/gy;

/** Splits a filter of the Logging query language. Throws INVALID_ARGUMENT. */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < filter.length) {
    const at = pattern.lastIndex;
    const piece = pattern.exec(filter)?.[0];
    if (piece === undefined)
      throw invalidArgument(`Unparseable filter: syntax error at column ${at + 1}, token '${filter[at]}'`);
    if (/^\s|^--/.test(piece)) continue;
    if (/^["']/.test(piece)) tokens.push({ kind: 'text', value: unquote(piece), quoted: true });
    else if (/^(?:!=|>=|<=|=~|!~|[=:<>(),.]|-)$/.test(piece)) tokens.push({ kind: 'sign', value: piece });
    else tokens.push({ kind: 'text', value: piece, quoted: false });
  }
  return tokens;
}

const unquote = (quoted: string): string =>
  quoted.slice(1, -1).replace(/\\(.)/gs, (_all, character: string) => (character === 'n' ? '\n' : character));
