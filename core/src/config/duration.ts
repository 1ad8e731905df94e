const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const part = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;

/** A duration as Go writes it (`90s`, `1h30m`, `500ms`) or in plain seconds, as seconds; `undefined` if it is neither. */
export function parseDuration(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (text === '' || text.replace(part, '') !== '') return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(part)) total += Number(amount) * milliseconds[unit as 's'];
  return total / 1000;
}
