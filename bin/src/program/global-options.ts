import { type Command, Option } from 'commander';
import type { GlobalOptions } from '../context.ts';

const globalOptions = [
  new Option('--json', 'print results as JSON, and errors as JSON on standard error'),
  new Option('--endpoint <url>', 'the server to use, instead of the configured one'),
  new Option(
    '--timeout <duration>',
    'give up when a request takes longer; log streams may last (default: 10m, 0: never)',
  ),
  new Option('--verbose', 'say more, and say it without a terminal too'),
  new Option('--debug', 'like --verbose; and errors with their origin in the code'),
  new Option('--no-color', 'no colours'),
];
/** The same options again, for behind the name of the command; the help lists them once. */
const repeated = globalOptions.map((option) => new Option(option.flags, option.description).hideHelp());

export function addGlobalOptions(program: Command): void {
  for (const option of globalOptions) program.addOption(option);
}

/** `run` and `wait` have a --timeout of their own; that of requests must then stand before the name of the command. */
export function repeatGlobalOptions(command: Command): void {
  for (const option of repeated)
    if (!command.options.some(({ long }) => long === option.long)) command.addOption(option);
}

export function readGlobalOptions(command: Command): GlobalOptions {
  const result: GlobalOptions = {};
  for (let current: Command | null = command; current; current = current.parent) {
    const values = current.opts() as Record<string, unknown>;
    for (const option of [...globalOptions, ...repeated]) {
      if (!current.options.includes(option)) continue;
      const name = option.attributeName();
      if (current.getOptionValueSource(name) !== 'cli') continue;
      if (!(name in result)) Object.assign(result, { [name]: values[name] });
    }
  }
  return result;
}

/** The options of the command itself. */
export function readOwnOptions(command: Command): Record<string, unknown> {
  const own = { ...command.opts() };
  for (const option of repeated) if (command.options.includes(option)) delete own[option.attributeName()];
  return own;
}
