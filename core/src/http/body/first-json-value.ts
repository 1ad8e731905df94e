const tokens = /[\t\n\r ]*(?:([{}[\],:])|(")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;
const blank = /[\t\n\r ]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

/**
 * Finds the first JSON value of a text: where it ends, or where the text stops being JSON. `JSON.parse` does the parsing; this is
 * only for texts that it refused, because it neither ignores what follows nor always tells a position.
 */
export function firstJsonValue(text: string): { end: number } | { invalidAt: number } {
  const open: ('{' | '[')[] = [];
  let expected: 'value' | 'value-or-close' | 'name' | 'name-or-close' | 'colon' | 'comma-or-close' = 'value';
  let position = 0;
  for (;;) {
    tokens.lastIndex = position;
    const match = tokens.exec(text);
    if (!match) return { invalidAt: skipBlank(text, position) };
    const [whole, mark, quote, word] = match;
    const start = position + whole.length - (mark ?? quote ?? word!).length;
    const invalid = { invalidAt: start };
    position += whole.length;

    if (mark === '}' || mark === ']') {
      const closes = mark === '}' ? '{' : '[';
      const empty = expected === (mark === '}' ? 'name-or-close' : 'value-or-close');
      if (open.pop() !== closes || !(empty || expected === 'comma-or-close')) return invalid;
    } else if (mark === ',') {
      if (expected !== 'comma-or-close') return invalid;
      expected = open.at(-1) === '{' ? 'name' : 'value';
      continue;
    } else if (mark === ':') {
      if (expected !== 'colon') return invalid;
      expected = 'value';
      continue;
    } else {
      const name = expected === 'name' || expected === 'name-or-close';
      const value = expected === 'value' || expected === 'value-or-close';
      if (name ? quote === undefined : !value) return invalid;
      if (mark !== undefined) {
        open.push(mark as '{' | '[');
        expected = mark === '{' ? 'name-or-close' : 'value-or-close';
        continue;
      }
      if (quote !== undefined) {
        const string = endOfString(text, position);
        if (!string.closed) return { invalidAt: string.at };
        position = string.at;
      }
      if (name) {
        expected = 'colon';
        continue;
      }
    }
    // A value is complete.
    if (open.length === 0) return { end: position };
    expected = 'comma-or-close';
  }
}

/** Where a string ends whose content begins at `from`, or the first place in it that JSON does not allow. */
function endOfString(text: string, from: number): { at: number; closed: boolean } {
  for (let at = from; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === 0x22) return { at: at + 1, closed: true };
    if (character < 0x20) return { at, closed: false };
    if (character !== 0x5c) continue;
    escaped.lastIndex = at;
    const match = escaped.exec(text);
    if (!match) return { at, closed: false };
    at += match[0].length - 1;
  }
  return { at: text.length, closed: false };
}

function skipBlank(text: string, position: number): number {
  blank.lastIndex = position;
  return position + (blank.exec(text)?.[0].length ?? 0);
}
