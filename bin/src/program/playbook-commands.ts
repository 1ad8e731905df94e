import type { Command } from 'commander';
import { addRunOptions, collect } from '../runs/run-options.ts';
import { handle } from './handle.ts';

export function addPlaybookCommands(program: Command): void {
  const playbook = program
    .command('playbook')
    .helpGroup('Executions:')
    .description('Run commands that are kept in files: ./.runvoy/<name>.yaml, or those in your home folder.');
  playbook
    .command('list')
    .description('List playbooks.')
    .action(handle(async () => (await import('../commands/playbook.ts')).list));
  playbook
    .command('show')
    .argument('<name>')
    .description('Show a playbook; values that look secret are masked.')
    .action(handle(async () => (await import('../commands/playbook.ts')).show));
  addRunOptions(playbook.command('run').argument('<name>'))
    .option('--param <name=value>', 'value of a parameter of the playbook (repeat)', collect)
    .description('Run a playbook. Flags replace what the file says; --secret adds to it.')
    .action(handle(async () => (await import('../commands/playbook.ts')).run));
}
