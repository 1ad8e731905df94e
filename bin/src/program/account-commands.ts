import { Argument, type Command } from 'commander';
import { handle } from './handle.ts';

export function addAccountCommands(program: Command): void {
  const group = 'You and this program:';
  program
    .command('configure')
    .helpGroup(group)
    .option('--api-key <key>', 'the API key')
    .option('--web-url <url>', 'address of the web viewer')
    .description('Say which server to use: answers questions, or takes --endpoint, --api-key and --web-url.')
    .action(handle(async () => (await import('../commands/configure.ts')).default));
  program
    .command('claim')
    .helpGroup(group)
    .argument('<token>')
    .description('Claim the API key of an invitation, and save it.')
    .action(handle(async () => (await import('../commands/claim.ts')).default));
  program
    .command('whoami')
    .helpGroup(group)
    .description('Show which user you are, and on which server.')
    .action(handle(async () => (await import('../commands/whoami.ts')).default));
  program
    .command('rotate-key')
    .helpGroup(group)
    .description('Replace your API key, and save the new one.')
    .action(handle(async () => (await import('../commands/rotate-key.ts')).default));
  program
    .command('version')
    .helpGroup(group)
    .description('Show the version of this program and of the server.')
    .action(handle(async () => (await import('../commands/version.ts')).default));
  program
    .command('completion')
    .helpGroup(group)
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .description('Print a completion script, e.g. source <(runvoy completion bash).')
    .action(
      handle(async () => {
        const { default: completion } = await import('../commands/completion.ts');
        return (context, shell) => completion(context, shell, program);
      }),
    );
}
