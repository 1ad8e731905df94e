import type { Command } from 'commander';
import { handle } from './handle.ts';

export function addAdministrationCommands(program: Command): void {
  addImages(program);
  addSecrets(program);
  addUsers(program);
  program
    .command('health')
    .helpGroup('Administration:')
    .description('Check the server.')
    .command('reconcile')
    .description('Compare records and cloud, repair what can be repaired, and report.')
    .action(handle(async () => (await import('../commands/reconcile.ts')).default));
  program
    .command('serve')
    .helpGroup('Administration:')
    .option('--host <address>', 'address to listen on (RUNVOY_HOST)')
    .option('--port <number>', 'port to listen on (RUNVOY_PORT)')
    .option('--admin-email <email>', 'who becomes administrator on the first start')
    .description(
      'Run the server, with the web viewer; on the first start it prints the key of the administrator, once.',
    )
    .action(handle(async () => (await import('../commands/serve.ts')).default));
  program
    .command('dev')
    .helpGroup('Administration:')
    .argument('<cloud>', 'gcp or aws')
    .argument('[command...]', 'what to run against it, after -- (default: a shell)')
    .option('--port <number>', 'port of the API', '0')
    .option('--server-log', "show the server's log on standard error")
    .description('Try a cloud on this machine, offline: emulators, a simulator, and runvoy on them.')
    .action(handle(async () => (await import('../commands/dev.ts')).default));
}

function addImages(program: Command): void {
  const images = program
    .command('images')
    .helpGroup('Administration:')
    .description('Manage the images that commands run in.');
  images
    .command('register')
    .argument('<image>')
    .option('--set-default', 'use it for runs that name no image')
    .option('--no-set-default', 'do not, although there is no default')
    .option('--task-role <role>', 'role or service account of the command')
    .option('--task-exec-role <role>', 'role that pulls the image and delivers logs, where the cloud has one')
    .option('--cpu <units>', 'CPU units, 1024 to a core')
    .option('--memory <MiB>', 'memory in MiB')
    .option('--runtime-platform <platform>', 'Linux/ARM64 or Linux/X86_64')
    .description('Register an image.')
    .action(handle(async () => (await import('../commands/images.ts')).register));
  images
    .command('list')
    .description('List images.')
    .action(handle(async () => (await import('../commands/images.ts')).list));
  images
    .command('show')
    .argument('<image>', 'image ID, or name')
    .description('Show an image.')
    .action(handle(async () => (await import('../commands/images.ts')).show));
  images
    .command('unregister')
    .argument('<image-id>')
    .description('Remove an image; running executions go on.')
    .action(handle(async () => (await import('../commands/images.ts')).unregister));
}

function addSecrets(program: Command): void {
  const secrets = program
    .command('secrets')
    .helpGroup('Administration:')
    .description('Manage the secrets that commands may use.');
  secrets
    .command('create')
    .argument('<name>')
    .argument('<key-name>', 'the environment variable that it becomes')
    .argument('[value]', 'better left out: then it is read from standard input, or asked for')
    .option('--description <text>', 'what it is for')
    .description('Create a secret.')
    .action(handle(async () => (await import('../commands/secrets.ts')).create));
  secrets
    .command('get')
    .argument('<name>')
    .description('Show a secret with its value.')
    .action(handle(async () => (await import('../commands/secrets.ts')).get));
  secrets
    .command('list')
    .description('List secrets, without values.')
    .action(handle(async () => (await import('../commands/secrets.ts')).list));
  secrets
    .command('update')
    .argument('<name>')
    .option('--key-name <name>', 'the environment variable that it becomes')
    .option('--value <value>', 'the new value; - reads standard input, or asks')
    .option('--description <text>', 'what it is for')
    .description('Change a secret.')
    .action(handle(async () => (await import('../commands/secrets.ts')).update));
  secrets
    .command('delete')
    .argument('<name>')
    .description('Delete a secret.')
    .action(handle(async () => (await import('../commands/secrets.ts')).remove));
}

function addUsers(program: Command): void {
  const users = program.command('users').helpGroup('Administration:').description('Manage users.');
  users
    .command('create')
    .argument('<email>')
    .requiredOption('--role <role>', 'admin, operator, developer or viewer')
    .description('Invite a user; prints the token to claim the key with.')
    .action(handle(async () => (await import('../commands/users.ts')).create));
  users
    .command('list')
    .description('List users.')
    .action(handle(async () => (await import('../commands/users.ts')).list));
  users
    .command('role')
    .argument('<email>')
    .argument('<role>')
    .description('Change the role of a user.')
    .action(handle(async () => (await import('../commands/users.ts')).role));
  users
    .command('rotate')
    .argument('<email>')
    .description('Give a user a new key; the old one works until the new one is claimed.')
    .action(handle(async () => (await import('../commands/users.ts')).rotate));
  users
    .command('revoke')
    .argument('<email>')
    .description('Revoke the key of a user.')
    .action(handle(async () => (await import('../commands/users.ts')).revoke));
}
