import { parseArgs } from 'node:util';
import { isRunvoyError } from '@runvoy/core/provider';
import { checks } from '../checks/index.ts';
import { initProvider } from '../init-provider.ts';
import { selectChecks } from '../runner/select-checks.ts';
import { suiteError } from '../runner/suite-error.ts';
import { version } from '../version.ts';
import { runHarness } from './run-harness.ts';
import { usage } from './usage.ts';

const options = {
  only: { type: 'string', multiple: true },
  skip: { type: 'string', multiple: true },
  seed: { type: 'string' },
  report: { type: 'string' },
  markdown: { type: 'string' },
  badge: { type: 'string' },
  list: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Resolves to the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await act(args);
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    return 2;
  }
}

async function act(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const selection = { only: names(values.only), skip: names(values.skip) };
  if (values.help) return print(usage);
  if (values.version) return print(`${version}\n`);
  if (values.list)
    return print(
      selectChecks(checks, selection)
        .map(({ id, level, sentence }) => `${id} (${level}): ${sentence}\n`)
        .join(''),
    );
  const [first, second, ...more] = positionals;
  if (first === 'init' && more.length === 0) return print(await initProvider(second ?? '.'));
  if (first === undefined || second !== undefined)
    throw suiteError(first === undefined ? 'no harness is named' : `one harness at a time: ${second}`, {
      remedy: `Name one file.\n\n${usage}`,
    });
  return runHarness(first, { ...values, ...selection });
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw suiteError((error as Error).message, { remedy: 'See --help.' });
  }
}

/** `--only a,b --only c`. */
function names(values: readonly string[] = []): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function describe(error: unknown): string {
  if (!isRunvoyError(error)) return `runvoy-conformance failed: ${(error as Error).stack ?? String(error)}`;
  return `runvoy-conformance: ${error.message}${error.remedy === undefined ? '' : `\n${error.remedy}`}`;
}
