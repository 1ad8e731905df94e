import { stoppedByUser } from '../exit-codes.ts';

/** Somebody is there to answer, and to see the question: prompts are drawn on standard error, results go elsewhere. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

export interface Question {
  initial?: string | undefined;
  placeholder?: string;
  validate?: (value: string) => string | undefined;
}

export async function ask(message: string, question: Question = {}): Promise<string> {
  const { text } = await import('@clack/prompts');
  return answered(
    await text({
      message,
      output: process.stderr,
      ...(question.initial === undefined ? {} : { initialValue: question.initial }),
      ...(question.placeholder === undefined ? {} : { placeholder: question.placeholder }),
      validate: (value) => question.validate?.(value ?? ''),
    }),
  );
}

export async function askSecret(message: string): Promise<string> {
  const { password } = await import('@clack/prompts');
  return answered(await password({ message, output: process.stderr })) ?? '';
}

export async function choose(message: string, choices: readonly string[], initial?: string): Promise<string> {
  const { select } = await import('@clack/prompts');
  return answered(
    await select<string>({
      message,
      output: process.stderr,
      options: choices.map((value) => ({ value, label: value })),
      ...(initial === undefined ? {} : { initialValue: initial }),
    }),
  );
}

/** Ctrl-C at a question ends the program: nothing was done yet. */
function answered(value: string | symbol): string {
  if (typeof value === 'symbol') process.exit(stoppedByUser);
  return value;
}
