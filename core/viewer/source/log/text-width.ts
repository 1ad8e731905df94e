/** Wide and full-width blocks (Unicode's East Asian Width W and F, roughly) and emoji: two columns in a monospaced font. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const zeroWidth = /\p{Mn}|\p{Me}|[\u200b-\u200f]/u;
const tab = 8;

/** Columns that a text takes. An estimate: fonts decide in the end. */
export function textWidth(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (character === '\t') columns += tab - (columns % tab);
    else if (character < '\u0300') columns++;
    else if (!zeroWidth.test(character)) columns += wide.test(character) ? 2 : 1;
  }
  return columns;
}
