import { RunvoyError } from '../contract/errors.ts';
import type { Provider } from '../contract/plugin.ts';
import type { RunInput } from '../services.ts';

/** Rejects what no provider, or this one, can run, before anything is looked up. */
export function checkInput(input: RunInput, provider: Pick<Provider, 'capabilities'>): void {
  const empty = 'shell' in input.command ? input.command.shell.trim() === '' : !input.command.argv[0];
  if (empty) {
    throw new RunvoyError('INVALID_REQUEST', 'command is required', {
      field: 'shell' in input.command ? 'command' : 'argv',
      remedy: 'Give the command to run.',
    });
  }
  if (!input.stdin) return;
  const { stdin } = provider.capabilities;
  if ('no' in stdin) {
    throw new RunvoyError('UNSUPPORTED', `standard input cannot be given here: ${stdin.no}`, { field: 'stdin' });
  }
  if (input.stdin.byteLength > stdin.maximumBytes) {
    throw new RunvoyError(
      'PAYLOAD_TOO_LARGE',
      `standard input has ${input.stdin.byteLength} bytes; the limit is ${stdin.maximumBytes}`,
      {
        field: 'stdin',
        remedy: 'Put the data where the command can fetch it.',
      },
    );
  }
}
