import { stripVTControlCharacters } from 'node:util';

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const invisible = /\p{M}|[\u200b-\u200d]|[\ufe0e\ufe0f]/u;

/** Columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  // Plain ASCII is nearly everything, and needs no look at each character.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of stripVTControlCharacters(text))
    width += invisible.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** Cuts to at most `columns`, the cut marked by `…`. */
export function cut(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let width = 1;
  let result = '';
  for (const character of text) {
    width += displayWidth(character);
    if (width > columns) break;
    result += character;
  }
  return `${result}…`;
}

/** One line without control characters: what other people named must not move the cursor or colour the screen. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it removes
  return text.replace(/\s+/g, ' ').replace(/[\x00-\x1f\x7f-\x9f]/g, '�');
}
