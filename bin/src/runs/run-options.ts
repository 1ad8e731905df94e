import { type Command, Option } from 'commander';

/** The flags of `run` and `playbook run`. */
export interface RunOptions {
  image?: string;
  gitRepo?: string;
  gitRef?: string;
  gitPath?: string;
  secret?: string[];
  env?: string[];
  envFrom?: string[];
  timeout?: string;
  detach?: boolean;
  stdin?: boolean;
  idempotencyKey?: string;
}

export const collect = (value: string, previous: string[] = []): string[] => [...previous, value];

export function addRunOptions(command: Command): Command {
  return command
    .option('-i, --image <image>', 'image to run in')
    .option('-g, --git-repo <url>', 'git repository to check out first')
    .option('-r, --git-ref <ref>', 'branch, tag or commit to check out')
    .option('-p, --git-path <folder>', 'folder of the repository to run in')
    .option('--secret <name>', 'secret to put into the environment (repeat, or a,b)', collect)
    .option('-e, --env <NAME=value>', 'environment variable; NAME alone takes its value from here (repeat)', collect)
    .option('--env-from <file>', 'file of NAME=value lines (repeat)', collect)
    .option('--timeout <duration>', 'end the command after this time, e.g. 30m')
    .option('-d, --detach', 'print the execution ID and leave')
    .addOption(new Option('--stdin', 'send standard input (the default when it is a pipe or a file)'))
    .option('--no-stdin', 'do not read standard input')
    .option('--idempotency-key <key>', 'repeating with the same key starts nothing new');
}
