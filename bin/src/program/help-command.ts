import { RunvoyError } from '@runvoy/core/provider';
import type { Command } from 'commander';
import { exitCodeTable } from '../exit-codes.ts';
import { handle } from './handle.ts';

/** `help run`, `help users create`, `help exit-codes`. */
export function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .argument('[topic...]', 'a command, or exit-codes')
    .helpGroup('You and this program:')
    .description('Show help.')
    .action(
      handle(async () => async ({ ui }, topic: string[]) => {
        if (topic.join(' ') === 'exit-codes') {
          for (const [code, meaning] of exitCodeTable) ui.line(`${code.padEnd(8)}${meaning}`);
          return;
        }
        let command = program;
        for (const name of topic) {
          const child = command.commands.find((candidate) => candidate.name() === name);
          if (!child) throw unknownTopic(topic);
          command = child;
        }
        command.outputHelp();
      }),
    );
}

function unknownTopic(topic: string[]): RunvoyError {
  return new RunvoyError('INVALID_REQUEST', `there is no help on ${JSON.stringify(topic.join(' '))}`, {
    remedy: 'See runvoy --help for the commands; the other topic is exit-codes.',
  });
}
