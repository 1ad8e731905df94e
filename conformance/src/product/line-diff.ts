const context = 3;

/**
 * What differs, line by line: `-` expected and not there, `+` there and not expected, with a few lines around. `undefined` when
 * they are the same.
 */
export function lineDiff(expected: string, seen: string): string | undefined {
  if (expected === seen) return undefined;
  const [from, to] = [expected.split('\n'), seen.split('\n')];
  const lengths = commonLengths(from, to);
  const lines: string[] = [];
  for (let i = 0, j = 0; i < from.length || j < to.length; ) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      lines.push(`  ${from[i++]}`);
      j++;
    } else if (j >= to.length || (i < from.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      lines.push(`- ${from[i++]}`);
    } else {
      lines.push(`+ ${to[j++]}`);
    }
  }
  return surroundings(lines).join('\n');
}

/** Lengths of the longest common subsequences of what is left. */
function commonLengths(from: readonly string[], to: readonly string[]): number[][] {
  const lengths = Array.from({ length: from.length + 1 }, () => new Array<number>(to.length + 1).fill(0));
  for (let i = from.length - 1; i >= 0; i--)
    for (let j = to.length - 1; j >= 0; j--)
      lengths[i]![j] =
        from[i] === to[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
  return lengths;
}

/** Leaves out what is far from any difference. */
function surroundings(lines: readonly string[]): string[] {
  const kept = lines.map((_line, at) =>
    lines.slice(Math.max(0, at - context), at + context + 1).some((line) => !line.startsWith('  ')),
  );
  return lines.flatMap((line, at) => {
    if (kept[at]) return [line];
    return at === 0 || kept[at - 1] ? ['  …'] : [];
  });
}
