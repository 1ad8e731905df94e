import type { Check } from '../../check.ts';
import type { Person } from '../../product/conversation.ts';
import { defineScenario, type Scenario } from '../../product/scenario.ts';
import type { Stage } from '../../product/stage.ts';
import { Terminal } from '../../product/terminal.ts';

type Session = (terminal: Terminal, stage: Stage) => Promise<void>;

/** A scenario of what somebody types. */
function defineSession({
  session,
  by,
  ...scenario
}: Omit<Scenario, 'play' | 'level'> & { session: Session; by?: Person }): Check {
  return defineScenario({
    level: 'MUST',
    needs: ['command', 'output'],
    limitSeconds: 40,
    ...scenario,
    async play(stage) {
      await stage.prepareImage();
      await using terminal = await Terminal.open(stage, by ?? stage.admin);
      await session(terminal, stage);
    },
  });
}

export const commandLineScenarios: readonly Check[] = [
  defineSession({
    id: 'product.command-line.run',
    sentence:
      "`runvoy run` writes the command's output to the same streams and nothing else to standard output, and exits with its exit code.",
    why: 'Scripts could not use what a run prints, nor see that it failed.',
    async session(terminal) {
      await terminal.type(['run', 'echo hello']);
      await terminal.type(['run', 'printf "no end"; echo oops >&2; exit 42']);
      await terminal.type(['run', '--', 'printf', '<%s>\\n', 'two  words', '', '$HOME', `it's`]);
      await terminal.type(['run', '--timeout', '1s', 'echo before; exec sleep 60']);
    },
  }),
  defineSession({
    id: 'product.command-line.environment',
    sentence: 'Variables, secrets and standard input that are given to `runvoy run` reach the command.',
    why: 'Commands that need a setting, a password or a file could not be run from a terminal.',
    needs: ['command', 'output', 'stdin'],
    async session(terminal) {
      await terminal.type(['secrets', 'create', 'database', 'DATABASE_PASSWORD'], {
        input: 'the-password',
        layout: true,
      });
      await terminal.type(
        ['run', '--env', 'COLOUR=green blue', '--secret', 'database', 'echo "$COLOUR $DATABASE_PASSWORD $GIVEN"'],
        {
          env: { RUNVOY_USER_GIVEN: 'from the shell' },
        },
      );
      await terminal.type(['run', '--stdin', 'sort'], { input: 'b\na\nno end' });
    },
  }),
  defineSession({
    id: 'product.command-line.detached',
    sentence: 'A run that was started with --detach is waited for, looked at and read by its id.',
    why: 'Long runs would bind a terminal.',
    async session(terminal) {
      const { stdout } = await terminal.type(['run', '--detach', 'echo one; echo two; exit 3']);
      const id = stdout.trim();
      await terminal.type(['wait', id]);
      await terminal.type(['status', id], { layout: true });
      await terminal.type(['logs', id]);
      await terminal.type(['logs', '--tail', '1', id]);
      await terminal.type(['attach', id]);
    },
  }),
  defineSession({
    id: 'product.command-line.kill',
    sentence: '`runvoy kill` stops a run, `runvoy wait` tells an unfinished run from a stopped one.',
    why: 'A script could not give up on a run, nor know that it was stopped.',
    async session(terminal, stage) {
      const id = (await terminal.type(['run', '--detach', 'sleep 600'])).stdout.trim();
      await stage.until(id, 'RUNNING');
      await terminal.type(['wait', '--timeout', '100ms', id]);
      await terminal.type(['kill', id], { layout: true });
      await terminal.type(['wait', id]);
      await terminal.type(['kill', '--json', id]);
    },
  }),
  defineSession({
    id: 'product.command-line.claim',
    sentence: 'Who claims his key with `runvoy claim` can work at once, with nothing but the address of the server.',
    why: 'A new colleague would have to be told where keys are kept.',
    by: { name: 'bo' },
    async session(terminal, stage) {
      await terminal.type(['whoami']);
      const { json } = await stage.expect(201, stage.admin, 'POST', '/api/v1/users/create', {
        email: 'bo@example.com',
        role: 'developer',
      });
      stage.transcript.mask.learn('claim-token', json.claim_token);
      await terminal.type(['claim', json.claim_token], { layout: true });
      await terminal.type(['claim', json.claim_token]);
      const { stdout } = await terminal.run(['whoami', '--json']);
      const { email, role } = JSON.parse(stdout);
      stage.transcript.json({ email, role });
    },
  }),
  defineSession({
    id: 'product.command-line.failures',
    sentence: "The tool's own failures have exit codes that scripts can tell from a command's, and say what to do.",
    why: 'A script could not tell a failed deployment from a mistyped name.',
    async session(terminal) {
      await terminal.type(['status', 'no-such-execution']);
      await terminal.type(['run', '   ']);
      await terminal.type(['run', '--timeout', '0s', 'true']);
      await terminal.type(['run', '--secret', 'no-such-secret', 'true']);
      await terminal.type(['whoami'], { env: { RUNVOY_API_KEY: 'wrong' } });
      await terminal.type(['whoami', '--json'], { env: { RUNVOY_API_KEY: 'wrong' } });
      await terminal.type(['whoami'], { env: { RUNVOY_API_ENDPOINT: 'http://127.0.0.1:1' } });
      await terminal.type(['whoami'], { env: { RUNVOY_API_ENDPOINT: 'not a URL' } });
    },
  }),
];
