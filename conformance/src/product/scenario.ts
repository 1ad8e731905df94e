import type { Check } from '../check.ts';
import { Failure } from '../expect.ts';
import { compareTranscript } from './expected-transcript.ts';
import { Stage } from './stage.ts';

/** What users do, and see, with a whole server on the provider. */
export interface Scenario extends Omit<Check, 'facet' | 'run'> {
  /** Settings of the server, besides those that a world gives. */
  settings?: Record<string, string>;
  play(stage: Stage): Promise<void>;
}

/** A check that holds when the scenario's transcript is the one that is the same on every provider. */
export function defineScenario({ settings, play, ...check }: Scenario): Check {
  return {
    ...check,
    facet: 'product',
    async run(world) {
      await using stage = new Stage(world, settings);
      // A scenario that hangs when its time is up would leave its server behind.
      world.signal.addEventListener('abort', () => void stage[Symbol.asyncDispose]().catch(() => undefined));
      try {
        await stage.start();
        await play(stage);
      } catch (error) {
        throw withTranscript(error, stage);
      }
      await compareTranscript(check.id, stage.transcript.text());
    },
  };
}

const shownLines = 30;

/** What had happened until then. */
function withTranscript(error: unknown, { transcript }: Stage): unknown {
  const lines = transcript.text().trimEnd().split('\n');
  const { message, ...rest } =
    error instanceof Failure
      ? error
      : { message: String(error), expected: 'the scenario goes on', seen: String(error) };
  const before = lines.slice(-shownLines).join('\n');
  return new Failure(message, rest.expected, `${rest.seen}\nafter\n${before}`, { cause: error });
}
