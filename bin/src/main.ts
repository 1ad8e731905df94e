import { RunvoyError } from '@runvoy/core/provider';
import { CommanderError } from 'commander';
import { createUi } from './output/ui.ts';
import { createProgram } from './program/create-program.ts';

async function main(words: readonly string[]): Promise<void> {
  process.on('uncaughtException', async (error) => process.exit(await report(error, words)));
  const program = createProgram();
  try {
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync(normalize(words), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = await report(error, words);
  }
}

/** Upstream's flag parser took --set-default=false for a switch; scripts may have it. */
function normalize(words: readonly string[]): string[] {
  return words.map((word) => {
    const [, name, value] = /^--(set-default|verbose|debug)=(true|false)$/.exec(word) ?? [];
    if (name === undefined) return word;
    return value === 'true' ? `--${name}` : `--no-${name}`;
  });
}

async function report(error: unknown, words: readonly string[]): Promise<number> {
  const { reportError } = await import('./output/report-error.ts');
  // Flags may be what is wrong, so they are looked for without the parser.
  const end = words.indexOf('--');
  const flags = new Set(end < 0 ? words : words.slice(0, end));
  const ui = createUi({ json: flags.has('--json'), verbose: false, color: !flags.has('--no-color'), env: process.env });
  return reportError(error instanceof CommanderError ? usageError(error, words) : error, ui, flags.has('--debug'));
}

function usageError(error: CommanderError, words: readonly string[]): RunvoyError {
  const message = error.message.replace(/^error: /, '');
  const isRun = words.includes('run') && error.code === 'commander.unknownOption';
  return new RunvoyError('INVALID_REQUEST', message, {
    remedy: isRun
      ? 'Flags of the command itself: put the command in quotes, or after --, as in: runvoy run -- ls -la'
      : 'See runvoy --help, or runvoy <command> --help.',
    cause: error,
  });
}

/** Everything is said and closed: a server that is slow to hang up must not keep the shell waiting. */
async function end(): Promise<never> {
  for (const stream of [process.stdout, process.stderr])
    if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve));
  // That the last of it could not be written is said a moment later.
  await new Promise(setImmediate);
  process.exit();
}

void main(process.argv.slice(2)).finally(end);
