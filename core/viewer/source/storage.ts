/**
 * Settings of this browser. Values are JSON, as upstream's application writes them, which shares the keys of the endpoint and
 * the API key; a bare text, which it tolerates, is taken as it is. A browser that forbids storage forgets them on reload.
 */
const prefix = 'runvoy_';
const unstored = new Map<string, string>();

export function stored<T>(name: string, fallback: T): T {
  const text = read(name);
  if (text === null) return fallback;
  try {
    return JSON.parse(text) as T;
  } catch {
    return (typeof fallback === 'string' || fallback === undefined ? text : fallback) as T;
  }
}

/** `undefined` removes it. */
export function store(name: string, value: unknown): void {
  try {
    if (value === undefined) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    if (value === undefined) unstored.delete(name);
    else unstored.set(name, JSON.stringify(value));
  }
}

function read(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return unstored.get(name) ?? null;
  }
}
