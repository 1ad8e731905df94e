const words = [
  ...[
    'type',
    'id',
    'time',
    'detail',
    'message',
    'data',
    'executionId',
    'execution_id',
    'ref',
    'lines',
    'event',
    'source',
  ],
  ...['__proto__', 'constructor', 'toString', 'length', 'Records', 'attributes', 'requestContext', 'connectionId', ''],
];

/** A JSON value of any shape. */
export function randomJson(random: () => number, depth = 0): unknown {
  const pick = Math.floor(random() * (depth > 4 ? 7 : 10));
  const count = Math.floor(random() * 4);
  switch (pick) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return Math.floor((random() - 0.5) * 1e6) / (random() < 0.5 ? 1 : 100);
    case 3:
      return random() < 0.5 ? '' : randomText(random);
    case 4:
    case 5:
      return words[Math.floor(random() * words.length)];
    case 6:
      return Math.floor(random() * 3) * 1e15;
    case 7:
      return Array.from({ length: count }, () => randomJson(random, depth + 1));
    default:
      // Parsed, so that "__proto__" is a field as in what really arrives.
      return JSON.parse(
        `{${Array.from({ length: count }, () => `${JSON.stringify(words[Math.floor(random() * words.length)])}:${JSON.stringify(randomJson(random, depth + 1))}`).join(',')}}`,
      );
  }
}

export const randomText = (random: () => number): string =>
  Array.from({ length: Math.floor(random() * 20) }, () => String.fromCodePoint(Math.floor(random() * 0xd000))).join('');

/** A copy with one part, anywhere, replaced or removed. */
export function damaged(value: unknown, random: () => number): unknown {
  const copy = structuredClone(value);
  const places: [Record<string, unknown>, string][] = [];
  const visit = (part: unknown) => {
    if (typeof part !== 'object' || part === null) return;
    for (const [key, inner] of Object.entries(part)) {
      places.push([part as Record<string, unknown>, key]);
      visit(inner);
    }
  };
  visit(copy);
  const place = places[Math.floor(random() * places.length)];
  if (!place) return randomJson(random);
  const [holder, key] = place;
  if (random() < 0.3) delete holder[key];
  else holder[key] = randomJson(random);
  return copy;
}
