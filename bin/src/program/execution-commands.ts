import { type Command, Option } from 'commander';
import { addRunOptions } from '../runs/run-options.ts';
import { handle } from './handle.ts';
import { splitWords } from './split-words.ts';

export function addExecutionCommands(program: Command): void {
  const group = 'Executions:';

  addRunOptions(program.command('run').helpGroup(group).argument('[words...]', 'the command, for the shell'))
    .summary('run a command and see its output')
    .description('Run a command, see its output as it comes, and exit with its exit code.')
    .addHelpText(
      'after',
      `
Words are joined by one space and run by /bin/sh -c. Words after -- are the exact arguments; no shell sees them:
  runvoy run "make test && make report"
  runvoy run -- printf '%s\\n' "two  words"
Variables RUNVOY_USER_<NAME> become <NAME>. Ctrl-C leaves the command running; pressed twice, it stops it.
Exit codes: runvoy help exit-codes`,
    )
    .action(
      handle(async (command) => {
        const { default: run } = await import('../commands/run.ts');
        return (context, words: string[], options) => {
          const { before, after } = splitWords(words, rawArguments(command));
          return run(context, before, after, options);
        };
      }),
    );

  program
    .command('attach')
    .helpGroup(group)
    .argument('<execution-id>')
    .option('--after <cursor>', 'go on after this point of the output, as printed when detaching')
    .description('Show the output of an execution to its end, and exit with its exit code.')
    .action(handle(async () => (await import('../commands/attach.ts')).default));

  program
    .command('logs')
    .helpGroup(group)
    .argument('<execution-id>')
    .option('-f, --follow', 'go on as long as the execution lasts (the default)', true)
    .option('--no-follow', 'only what there is')
    .option('--tail <lines>', 'start with the last lines')
    .option('--since <time>', 'leave out what is older: 10m, 2026-01-31T12:00:00Z')
    .option('--timestamps', 'put the time (UTC) before every line')
    .addOption(
      new Option(
        '-o, --output <format>',
        'raw: byte for byte; text: number, time, line; json: one object a line',
      ).choices(['raw', 'text', 'json']),
    )
    .description('Show the output of an execution.')
    .action(handle(async () => (await import('../commands/logs.ts')).default));

  program
    .command('status')
    .helpGroup(group)
    .argument('<execution-id>')
    .description('Show the status of an execution.')
    .action(handle(async () => (await import('../commands/status.ts')).default));

  program
    .command('wait')
    .helpGroup(group)
    .argument('<execution-ids...>')
    .option('--timeout <duration>', 'give up after this time, with exit code 254')
    .description('Wait until executions have ended; exit with the code of the first that failed.')
    .action(handle(async () => (await import('../commands/wait.ts')).default));

  program
    .command('kill')
    .helpGroup(group)
    .argument('<execution-id>')
    .description('Stop an execution.')
    .action(handle(async () => (await import('../commands/kill.ts')).default));

  program
    .command('list')
    .helpGroup(group)
    .option('--limit <number>', 'how many, the newest first; 0 for all', '10')
    .option('--status <statuses>', 'only these, e.g. RUNNING,FAILED')
    .option('--created-by <email>', 'only those of this user')
    .option('--image <image>', 'only those in this image')
    .option('--since <time>', 'only those accepted since: 2h, 2026-01-31')
    .option('--until <time>', 'only those accepted until')
    .option('--cursor <cursor>', 'the next page')
    .description('List executions.')
    .action(handle(async () => (await import('../commands/list.ts')).default));

  program
    .command('trace')
    .helpGroup(group)
    .argument('<request-id>')
    .description('Show what a request logged, made and changed.')
    .action(handle(async () => (await import('../commands/trace.ts')).default));
}

function rawArguments(command: Command): readonly string[] {
  let root = command;
  while (root.parent) root = root.parent;
  return (root as Command & { rawArgs: string[] }).rawArgs;
}
