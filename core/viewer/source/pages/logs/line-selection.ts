import { navigate, place } from '../../navigation.ts';

export interface LineSelection {
  from: number;
  to: number;
}

/** Of `#L12` or `#L12-L20`. */
export function selectionOf(hash: string): LineSelection | undefined {
  const match = /^L(\d+)(?:-L?(\d+))?$/.exec(hash);
  if (!match) return undefined;
  const [one, other] = [Number(match[1]), Number(match[2] ?? match[1])];
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

/** Puts a line, or the lines from the one chosen before up to it, into the address; the same line again takes it away. */
export function selectLine(line: number, extend: boolean): void {
  const { path, query, hash } = place.peek();
  const before = selectionOf(hash);
  const page = `${path}?${query}`;
  if (extend && before) {
    const from = line < before.from ? line : before.from;
    const to = line < before.from ? before.to : line;
    navigate(`${page}#L${from}-L${to}`, { replace: true });
    return;
  }
  const again = before !== undefined && before.from === line && before.to === line;
  navigate(again ? page : `${page}#L${line}`, { replace: true });
}
