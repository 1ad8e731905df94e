import { RunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import { buildRunRequest, type Command } from '../runs/build-request.ts';
import { environmentFromFlags, userEnvironment } from '../runs/environment.ts';
import type { RunOptions } from '../runs/run-options.ts';
import { submitRun } from '../runs/submit.ts';

/** `argv`: the words after `--`, if there was one. */
export default async function run(context: Context, words: string[], argv: string[] | undefined, options: RunOptions) {
  const env = { ...userEnvironment(context.env), ...environmentFromFlags(options, context.env) };
  return submitRun(context, buildRunRequest(readCommand(words, argv), env, options), options);
}

function readCommand(words: string[], argv: string[] | undefined): Command {
  if (words.length > 0 && argv !== undefined)
    throw new RunvoyError('INVALID_REQUEST', 'there are words before and after --', {
      field: 'command',
      remedy:
        'Give either a shell command, as in: runvoy run "ls -la | wc -l", or exact arguments, as in: runvoy run -- ls -la',
    });
  if (argv !== undefined && argv.length > 0) return { argv };
  const command = words.join(' ');
  if (command.trim() !== '') return { command };
  throw new RunvoyError('INVALID_REQUEST', 'the command is empty', {
    field: 'command',
    remedy: 'Give one, as in: runvoy run "echo hello", or: runvoy run -- ls -la',
  });
}
