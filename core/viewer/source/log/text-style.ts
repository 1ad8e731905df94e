/** A colour as SGR names it: one of 16 by number, or red, green and blue. */
export type Color = number | readonly [red: number, green: number, blue: number];

/** How text looks, as SGR sequences set it. Absent: the terminal's own. Never changed in place. */
export interface TextStyle {
  readonly foreground?: Color;
  readonly background?: Color;
  readonly bold?: true;
  readonly faint?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly inverse?: true;
  readonly conceal?: true;
}

export const plain: TextStyle = {};

export function isPlain(style: TextStyle): boolean {
  for (const _ in style) return false;
  return true;
}

type Flag = 'bold' | 'faint' | 'italic' | 'underline' | 'strike' | 'inverse' | 'conceal';

const switchedOn: Record<number, Flag> = {
  1: 'bold',
  2: 'faint',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
  8: 'conceal',
  9: 'strike',
  21: 'underline',
};
const switchedOff: Record<number, readonly (keyof TextStyle)[]> = {
  22: ['bold', 'faint'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  28: ['conceal'],
  29: ['strike'],
  39: ['foreground'],
  49: ['background'],
};

/**
 * The style after `ESC [ <parameters> m` (ECMA-48, 8.3.117; 38 and 48 as xterm has them, with `;` or `:` between). What is not
 * known is left out, as terminals do.
 */
export function applySgr(style: TextStyle, parameters: string): TextStyle {
  let next: { -readonly [Key in keyof TextStyle]: TextStyle[Key] } = { ...style };
  const groups = parameters.split(';');
  for (let at = 0; at < groups.length; at++) {
    const [code = 0, ...sub] = groups[at]!.split(':').map(Number);
    if (code === 0) next = {};
    else if (code === 4 && sub[0] === 0) delete next.underline;
    else if (switchedOn[code]) next[switchedOn[code]] = true;
    else if (switchedOff[code]) for (const name of switchedOff[code]) delete next[name];
    else if (code >= 30 && code <= 37) next.foreground = code - 30;
    else if (code >= 40 && code <= 47) next.background = code - 40;
    else if (code >= 90 && code <= 97) next.foreground = code - 82;
    else if (code >= 100 && code <= 107) next.background = code - 92;
    else if (code === 38 || code === 48) {
      const rest = sub.length > 0 ? withoutColorSpace(sub) : groups.slice(at + 1, at + 5).map(Number);
      const color = extendedColor(rest);
      if (sub.length === 0) at += rest[0] === 5 ? 2 : rest[0] === 2 ? 4 : 0;
      if (color !== undefined) next[code === 38 ? 'foreground' : 'background'] = color;
    }
  }
  return next;
}

/** `38:2::r:g:b` has a colour space between, `38:2:r:g:b` has not. */
function withoutColorSpace(sub: number[]): number[] {
  return sub[0] === 2 && sub.length >= 5 ? [2, ...sub.slice(2)] : sub;
}

/** `5;n` or `2;r;g;b`. */
function extendedColor([kind, first = 0, second = 0, third = 0]: number[]): Color | undefined {
  if (kind === 5) return colorOfPalette(first);
  return kind === 2 ? [byte(first), byte(second), byte(third)] : undefined;
}

/** Of xterm's 256: 16 named ones, a cube of 6 × 6 × 6, 24 greys. */
function colorOfPalette(index: number): Color | undefined {
  if (!(index >= 0 && index <= 255)) return undefined;
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return [grey, grey, grey];
  }
  const level = (value: number) => (value === 0 ? 0 : 55 + 40 * value);
  const cube = index - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

function byte(value: number): number {
  return Math.min(255, Math.max(0, Math.trunc(value) || 0));
}
