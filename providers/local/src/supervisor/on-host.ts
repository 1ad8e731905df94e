import { checkOut } from './checkout.ts';
import type { Outcome } from './program.ts';
import type { RunOrder } from './protocol.ts';
import type { Conclusion, Run } from './run.ts';

/** Runs the command as a process of this machine. */
export async function runOnHost(run: Run): Promise<Conclusion> {
  const { order } = run;
  const checkout = await checkOut(run);
  if ('reason' in checkout) return checkout;
  const [file, ...args] = words(order);
  const outcome = await run.execute({
    file: file!,
    args,
    directory: checkout.directory,
    environment: markedEnvironment(order),
    main: true,
    ...(order.stdin === undefined ? {} : { stdin: Buffer.from(order.stdin, 'base64') }),
  });
  return concluded(outcome, file!);
}

/** The command is one argument, whatever it holds. */
export const words = ({ command }: RunOrder): readonly string[] =>
  'shell' in command ? ['/bin/sh', '-c', command.shell] : command.argv;

/** `RUNVOY_EXECUTION_ID` is also how everything that the run started is found again. */
export const runEnvironment = ({ execution, env, secretEnv }: RunOrder): Record<string, string> => ({
  ...env,
  ...secretEnv,
  RUNVOY_EXECUTION_ID: execution,
});

const markedEnvironment = (order: RunOrder): Record<string, string> => ({
  ...order.hostEnvironment,
  ...runEnvironment(order),
});

function concluded(outcome: Outcome, file: string): Conclusion {
  if ('code' in outcome) return { reason: 'exited', exitCode: outcome.code };
  if ('signal' in outcome) return { reason: 'signalled', signal: outcome.signal };
  return { reason: 'start-failed', detail: explain(outcome.error, file) };
}

function explain(error: NodeJS.ErrnoException, file: string): string {
  switch (error.code) {
    case 'ENOENT':
      return `${file}: there is no such program on this machine`;
    case 'EACCES':
      return `${file}: is not a program that this user may execute`;
    case 'E2BIG':
      return 'the command and its environment are too large for the operating system';
    default:
      return `${file}: ${error.message}`;
  }
}
