/**
 * Commander drops `--` and joins what stands on both sides of it. `raw` is everything that was written; `after` is absent
 * when there was no `--`.
 */
export function splitWords(words: readonly string[], raw: readonly string[]): { before: string[]; after?: string[] } {
  const separator = raw.indexOf('--');
  if (separator < 0) return { before: [...words] };
  const count = raw.length - separator - 1;
  return { before: words.slice(0, words.length - count), after: raw.slice(separator + 1) };
}
