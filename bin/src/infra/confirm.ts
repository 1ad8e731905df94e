import { RunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import { ask, canAsk, choose } from '../output/prompts.ts';

/** Goes on only with a yes; without a terminal, `--yes` says it. */
export async function mayGoOn({ ui }: Context, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true;
  if (ui.json || !canAsk()) throw unanswered(question);
  return (await choose(question, ['no', 'yes'], 'no')) === 'yes';
}

/** For what cannot be undone: a name is to be typed. */
export async function mayDestroy(
  { ui }: Context,
  question: string,
  name: string,
  yes: boolean | undefined,
): Promise<boolean> {
  if (yes) return true;
  if (ui.json || !canAsk()) throw unanswered(question);
  return (await ask(`${question} Type ${name} to go on`)) === name;
}

function unanswered(question: string): RunvoyError {
  return new RunvoyError('INVALID_REQUEST', `there is no terminal to ask at: ${question}`, {
    field: '--yes',
    remedy: 'Look at the plan with "runvoy infra plan", and give --yes.',
  });
}
