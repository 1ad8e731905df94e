import { Command, type CommanderError } from 'commander';
import { version } from '../version.ts';
import { addAccountCommands } from './account-commands.ts';
import { addAdministrationCommands } from './administration-commands.ts';
import { addExecutionCommands } from './execution-commands.ts';
import { addGlobalOptions, repeatGlobalOptions } from './global-options.ts';
import { addHelpCommand } from './help-command.ts';
import { helpConfiguration } from './help-configuration.ts';
import { addInfraCommands } from './infra-commands.ts';
import { addPlaybookCommands } from './playbook-commands.ts';

/** Every command with its flags and help. What commands do is loaded when they are used, so that starting stays quick. */
export function createProgram(): Command {
  const program = new Command('runvoy')
    .description('Run any command in a container in your own cloud account, and see its output and exit code here.')
    .version(version, '--version', 'print the version of this program')
    .helpOption('-h, --help', 'show help')
    .enablePositionalOptions()
    .configureHelp(helpConfiguration)
    // Errors are reported in one place, in our form.
    .configureOutput({ outputError() {} })
    .exitOverride((error: CommanderError) => {
      throw error;
    });
  addGlobalOptions(program);
  addExecutionCommands(program);
  addPlaybookCommands(program);
  addAdministrationCommands(program);
  addInfraCommands(program);
  addAccountCommands(program);
  addHelpCommand(program);
  for (const command of descendants(program)) repeatGlobalOptions(command);
  return program;
}

export function descendants(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...descendants(child)]);
}
