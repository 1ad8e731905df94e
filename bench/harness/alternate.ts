/** What was measured of one subject, one figure a round. */
export interface Samples {
  median: number;
  all: readonly number[];
}

/**
 * Measures several subjects in alternating rounds, forwards and backwards in turn, so that whatever else this machine does
 * meanwhile falls on all of them. A first round is thrown away.
 */
export async function alternate<Name extends string>(
  rounds: number,
  subjects: Record<Name, () => Promise<number>>,
): Promise<Record<Name, Samples>> {
  const names = Object.keys(subjects) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const figure = await subjects[name]();
      if (round > 0) samples[name].push(figure);
    }
  }
  return Object.fromEntries(
    names.map((name) => [name, { median: median(samples[name]), all: samples[name] }]),
  ) as unknown as Record<Name, Samples>;
}

/** The median of the rounds' own ratios: less moved by a slow drift than the ratio of the medians. */
export function ratio(subject: Samples, ceiling: Samples): number {
  return median(subject.all.map((figure, round) => figure / ceiling.all[round]!));
}

export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
