import { render } from '../render.ts';

/** What a check waits for at the moment, so that one that never ends can be told of by name. */
export interface Waits {
  during<T>(what: string, call: Promise<T>): Promise<T>;
  until<T>(what: string, condition: () => Promise<T | undefined | false> | T | undefined | false): Promise<T>;
  /** What is waited for now, innermost last; empty when it is the check itself that does not end. */
  describe(): string;
}

interface Wait {
  what: string;
  /** What the last try gave. */
  last?: unknown;
  tries?: number;
}

const firstPause = 5;
const longestPause = 250;

export function createWaits(signal: AbortSignal): Waits {
  const open = new Set<Wait>();

  const named = async <T>(wait: Wait, call: () => Promise<T>): Promise<T> => {
    open.add(wait);
    try {
      return await call();
    } finally {
      open.delete(wait);
    }
  };

  return {
    during: (what, call) => named({ what }, () => call),
    until: (what, condition) => {
      const wait: Wait = { what, tries: 0 };
      return named(wait, async () => {
        for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 1.5)) {
          const value = await condition();
          if (value !== undefined && value !== false) return value;
          wait.last = value;
          wait.tries!++;
          signal.throwIfAborted();
          await new Promise((resolve) => setTimeout(resolve, pause));
        }
      });
    },
    describe: () => [...open].map(describeWait).join('; '),
  };
}

function describeWait({ what, tries, last }: Wait): string {
  if (tries === undefined) return what;
  return `${what} (${tries} tries, the last gave ${render(last, 100)})`;
}
