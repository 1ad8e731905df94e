import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskSpec } from '@runvoy/core/provider';
import type { Fault } from './support/fault.ts';
import { commandFault, specFault, taskFault } from './support/task-fault.ts';

type Argument = (value: string) => string;

const argumentFault = (what: string, sentence: string, change: Argument): Fault =>
  commandFault(`argument-${what}`, `argv.${what}`, sentence, (command) =>
    'argv' in command ? { argv: command.argv.map((value, at) => (at < 2 ? value : change(value))) } : command,
  );

const quoted = (value: string) => `"${value}"`;
const asText = ({ argv }: { argv: readonly string[] }, quote: Argument) => ({ shell: argv.map(quote).join(' ') });

/** Variables on their way through something that quotes, trims or expands. */
const valueFault = (
  id: string,
  caughtBy: string,
  field: 'env' | 'secretEnv',
  sentence: string,
  change: Argument,
): Fault =>
  specFault(id, caughtBy, sentence, (spec) => ({
    ...spec,
    [field]: Object.fromEntries(Object.entries(spec[field]).map(([name, value]) => [name, change(value)])),
  }));

export const taskCommandFaults: readonly Fault[] = [
  argumentFault('spaces', 'Arguments are trimmed.', (value) => value.trim()),
  argumentFault('empty', 'An empty argument becomes a blank.', (value) => value || ' '),
  argumentFault('quotes', 'Quotes in arguments are removed.', (value) => value.replaceAll('"', '')),
  argumentFault('substitution', 'Arguments are expanded like a shell text.', (value) =>
    value.replaceAll('$HOME', '/root'),
  ),
  argumentFault('patterns', 'A ~ in an argument becomes a folder.', (value) => value.replaceAll('~', '/root')),
  argumentFault('operators', 'An argument ends at a semicolon.', (value) => (value.startsWith(';') ? '' : value)),
  argumentFault('newlines', 'Line breaks in arguments become blanks.', (value) => value.replaceAll('\n', ' ')),
  argumentFault('dashes', 'An argument that looks like an option is taken for one.', (value) =>
    value.replace(/^--help$/, ''),
  ),
  argumentFault('unicode', 'Arguments are in Latin letters.', (value) => value.replaceAll(/[^\p{ASCII}]/gu, '?')),
  argumentFault('json', 'An argument of JSON is read and written anew.', (value) => {
    try {
      return JSON.stringify(JSON.parse(value), null, 1);
    } catch {
      return value;
    }
  }),
  argumentFault('percent', 'Percent signs in arguments are doubled.', (value) => value.replaceAll('%', '%%')),
  argumentFault('tabs', 'Tabs in arguments become blanks.', (value) => value.replaceAll('\t', ' ')),
  commandFault('arguments-without-empty', 'argv.order', 'Empty arguments are dropped.', (command) =>
    'argv' in command ? { argv: command.argv.filter((value) => value !== '') } : command,
  ),
  commandFault('arguments-joined', 'argv.spaces', 'Arguments are joined to a text for the shell.', (command) =>
    'argv' in command ? asText(command, (value) => value) : command,
  ),
  commandFault(
    'arguments-in-quotes',
    'argv.substitution',
    'Arguments are put into double quotes for the shell.',
    (command) => ('argv' in command ? asText(command, quoted) : command),
  ),
  commandFault(
    'shell-in-quotes',
    'shell.text',
    'A shell text is put into double quotes for another shell.',
    (command) => ('shell' in command ? { shell: `sh -c ${quoted(command.shell)}` } : command),
  ),
  commandFault('shell-pasted', 'shell.not-pasted', 'A shell text is pasted into a script.', (command) =>
    'shell' in command ? { shell: `{ :; ${command.shell}\ncode=$?; }; exit $code` } : command,
  ),
  commandFault('shell-split', 'shell.text', 'A shell text is split at blanks.', (command) =>
    'shell' in command ? { argv: command.shell.split(/\s+/) } : command,
  ),
  commandFault('shell-twice', 'shell.once', 'A shell text is tried first, to see whether it works.', (command) =>
    'shell' in command
      ? { argv: ['/bin/sh', '-c', 'sh -c "$1" > /dev/null 2>&1; exec sh -c "$1"', 'sh', command.shell] }
      : command,
  ),
  commandFault('shell-after-exit', 'shell.exit', 'Every command of a shell text is executed by itself.', (command) =>
    'shell' in command && !command.shell.includes('\n')
      ? {
          shell: command.shell
            .split('; ')
            .map((part) => `(${part}); code=$?`)
            .join('; ')
            .concat('; exit $code'),
        }
      : command,
  ),
  specFault('stdin-of-nobody', 'stdin.none', 'A command that was given no standard input waits for some.', (spec) =>
    spec.stdin ? spec : { ...spec, command: wrapped(spec, 'sleep 300 | "$@"') },
  ),
  specFault('folder-shared', 'folder.own', 'All runs share one folder.', (spec) => ({
    ...spec,
    command: wrapped(spec, `mkdir -p "${sharedFolder(spec)}" && cd "${sharedFolder(spec)}" && exec "$@"`),
  })),
  specFault('env-lost', 'env.reaches', 'env does not reach the command.', (spec) => ({ ...spec, env: {} })),
  valueFault('env-trimmed', 'env.values', 'env', 'Values of env are trimmed.', (value) => value.trim()),
  valueFault('env-expanded', 'env.values', 'env', 'Dollar signs in env are expanded.', (value) =>
    value.replaceAll('$HOME', '/root'),
  ),
  specFault('env-without-shell', 'env.argv', 'env reaches a shell text only.', (spec) =>
    'argv' in spec.command ? { ...spec, env: {} } : spec,
  ),
  specFault('secrets-lost', 'secret-env.reaches', 'secretEnv takes the place of env.', (spec) =>
    Object.keys(spec.secretEnv).length > 0 ? { ...spec, env: {} } : spec,
  ),
  valueFault('secrets-in-one-line', 'secret-env.values', 'secretEnv', 'Secrets lose their line breaks.', (value) =>
    value.replaceAll('\n', ''),
  ),
  valueFault('secrets-cut', 'secret-env.large', 'secretEnv', 'Secrets are cut at 8 KiB.', (value) =>
    value.slice(0, 8192),
  ),
  taskFault(
    'secrets-shown',
    'secret-env.silent',
    'inspect tells how a task was called, secrets included.',
    (tasks, { shared }) => ({
      async start(spec, call) {
        shared.set(spec.executionId, spec.secretEnv);
        return tasks.start(spec, call);
      },
      async inspect(task, call) {
        const state = await tasks.inspect(task, call);
        return state.phase === 'ended' ? { ...state, detail: JSON.stringify(shared.get(task.executionId)) } : state;
      },
    }),
  ),
  specFault('stdin-as-text', 'stdin.exact', 'Standard input is taken for text.', (spec) =>
    spec.stdin ? { ...spec, stdin: Buffer.from(Buffer.from(spec.stdin).toString()) } : spec,
  ),
  specFault('stdin-cut', 'stdin.maximum', 'Standard input is cut at 64 KiB.', (spec) =>
    spec.stdin ? { ...spec, stdin: spec.stdin.slice(0, 64 * 1024) } : spec,
  ),
  taskFault(
    'stdin-unread-fails',
    'stdin.unread',
    'A task that does not read its standard input fails with EPIPE.',
    (tasks, { shared }) => ({
      async start(spec, call) {
        shared.set(spec.executionId, spec.stdin);
        return tasks.start(spec, call);
      },
      async inspect(task, call) {
        const state = await tasks.inspect(task, call);
        const isTold = state.phase === 'ended' && shared.get(task.executionId);
        return isTold ? { ...state, reason: 'lost', detail: 'EPIPE' } : state;
      },
    }),
  ),
];

function wrapped({ command }: TaskSpec, script: string): TaskSpec['command'] {
  const words = 'shell' in command ? ['/bin/sh', '-c', command.shell] : command.argv;
  return { argv: ['/bin/sh', '-c', script, 'sh', ...words] };
}

/** Of the runs of one check. */
function sharedFolder({ executionId }: TaskSpec): string {
  return join(tmpdir(), `runvoy-fault-${executionId.slice(0, 8)}`);
}
