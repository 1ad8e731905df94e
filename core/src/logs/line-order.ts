import type { LogLine } from '../contract/logs.ts';

/** As printed: by time, and those of one stream by their numbers, which a clock is too coarse for. */
export function inOrder(lines: readonly LogLine[]): LogLine[] {
  const ordered = lines.toSorted(byTime);
  const places = Map.groupBy(ordered.keys(), (at) =>
    ordered[at]!.number === undefined ? undefined : ordered[at]!.stream,
  );
  const sorted = [...ordered];
  for (const [stream, at] of places) {
    if (stream === undefined) continue;
    const numbered = at.map((place) => ordered[place]!).sort((a, b) => a.number! - b.number!);
    for (const [index, place] of at.entries()) sorted[place] = numbered[index]!;
  }
  return sorted;
}

/** Ids of clouds that deliver lines one by one grow with time, and more finely than milliseconds. */
function byTime(a: LogLine, b: LogLine): number {
  return a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
