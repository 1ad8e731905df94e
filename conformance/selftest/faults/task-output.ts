import { createMasker } from '@runvoy/core/toolkit';
import { type Fault, faultsIn, replaceMethods, sharedBy } from './support/fault.ts';
import { mapRead, readFault, type SeenLine } from './support/map-lines.ts';
import { commandFault } from './support/task-fault.ts';

const inLogs = faultsIn('logs');

const textFault = (what: string, sentence: string, change: (text: string) => string | undefined): Fault =>
  readFault(`task-${what}`, `task.${what}`, sentence, () => (line) => {
    const text = change(line.text);
    return text === undefined ? undefined : { ...line, text };
  });

/** The provider masks by itself, after the lines were written, in a way of its own. */
function maskFault(what: string, sentence: string, mask: (line: SeenLine, values: readonly string[]) => string): Fault {
  return {
    id: `logs.masking-${what}`,
    caughtBy: `logs.masking.${what}`,
    sentence,
    break(provider, context) {
      const values = sharedBy(context, 'values', () => new Map<string, readonly string[]>());
      const masking = replaceMethods(provider, 'tasks', {
        async start(spec, call) {
          values.set(spec.executionId, spec.maskedValues);
          return provider.tasks.start({ ...spec, maskedValues: [] }, call);
        },
      });
      const change = (line: SeenLine, id: string) => ({ ...line, text: mask(line, values.get(id) ?? []) });
      return replaceMethods(masking, 'logs', mapRead(provider.logs, change));
    },
  };
}

/** As core would do it, line by line. */
function masked(text: string, values: readonly string[]): string {
  return createMasker(values)?.mask(Buffer.from(text)).toString() ?? text;
}

const escapeCharacter = String.fromCharCode(27);

export const taskOutputFaults: readonly Fault[] = [
  textFault('empty-lines', 'Empty lines of a command are lost.', (text) => text || undefined),
  commandFault(
    'output-by-lines',
    'logs.task.no-final-newline',
    'Output is read line by line, up to the last newline.',
    (command) =>
      'shell' in command
        ? { shell: `{ ${command.shell}\n} | while IFS= read -r line; do printf '%s\\n' "$line"; done` }
        : command,
  ),
  textFault('escapes', 'Colours of a command are lost.', (text) =>
    text.replaceAll(new RegExp(`${escapeCharacter}\\[[0-9;]*[A-Za-z]`, 'g'), ''),
  ),
  textFault('carriage-return', 'Carriage returns of a command are lost.', (text) => text.replaceAll('\r', '')),
  textFault('json', 'A line of JSON becomes what its field message says.', (text) =>
    text.startsWith('{"message"') ? 'x' : text,
  ),
  textFault('spaces', 'Lines of a command are trimmed.', (text) => text.trim()),
  textFault('nul', 'A line ends at a NUL.', (text) => text.replace(/\0.*/, '')),
  textFault('unicode', 'Output is taken for Latin-1.', (text) => Buffer.from(text).toString('latin1')),
  textFault('split-character', 'Every piece of output is decoded by itself.', (text) =>
    text.replaceAll('€', '\ufffd\ufffd\ufffd'),
  ),
  textFault('invalid-utf8', 'A line with bytes that are not UTF-8 is lost.', (text) =>
    text.includes('\ufffd') ? undefined : text,
  ),
  textFault('long-line', 'Lines of a command are cut at 16 KiB.', (text) => text.slice(0, 16 * 1024)),
  commandFault(
    'output-with-banner',
    'logs.task.nothing',
    'The wrapper says in the output that it begins.',
    (command) => ('shell' in command ? { shell: `echo 'Starting...'; ${command.shell}` } : command),
  ),
  commandFault('output-in-one-stream', 'logs.task.streams', 'Standard error goes to standard output.', (command) =>
    'shell' in command ? { shell: `exec 2>&1; ${command.shell}` } : command,
  ),
  commandFault('output-of-arguments', 'logs.task.argv', 'The output of an argument vector is lost.', (command) =>
    'argv' in command ? { argv: ['/bin/sh', '-c', '"$@" > /dev/null', 'sh', ...command.argv] } : command,
  ),
  inLogs('task-at-the-end', 'logs.task.while-running', 'Output can be read once the task has ended.', (logs) => ({
    async read(id, options, call) {
      const page = await logs.read(id, options, call);
      return (await logs.ended(id)) ? page : { ...page, chunks: [] };
    },
  })),
  readFault(
    'checkout-in-stdout',
    'tasks.git.system-stream',
    'What git says is in the output of the command.',
    () => (line) => ({
      ...line,
      stream: line.stream === 'system' ? 'stdout' : line.stream,
    }),
  ),
  readFault(
    'checkout-silent',
    'tasks.git.failure-told',
    'What git says is lost.',
    () => (line) => (line.stream === 'system' ? undefined : line),
  ),
  readFault('task-times', 'task.times', 'Lines have the time when they are read.', () => (line) => ({
    ...line,
    time: Date.now(),
  })),
  readFault(
    'task-many-lines',
    'task.many-lines',
    'Of many lines some are lost.',
    () => (line) => (line.text === 'line 77777' ? undefined : line),
  ),
  inLogs('task-never-ended', 'logs.task.ended', 'The log of a task never says ended.', (logs) => ({
    ended: async () => false,
    watch: async function* (id, options, call) {
      for await (const page of logs.watch(id, options, call)) yield { ...page, ended: false };
    },
  })),
  maskFault('plain', 'Nothing is masked.', ({ text }) => text),
  maskFault('stderr', 'Only standard output is masked.', ({ stream, text }, values) =>
    stream === 'stdout' ? masked(text, values) : text,
  ),
  maskFault('no-newline', 'A line is masked when the next one comes.', ({ text }, values) =>
    text.length === values[0]?.length ? text : masked(text, values),
  ),
  maskFault('long-line', 'Long lines are masked piece by piece.', ({ text }, values) => masked(text, values)),
  maskFault('repeated', 'Only the first occurrence in a line is masked.', ({ text }, values) =>
    values.reduce((rest, value) => rest.replace(value, '***'), text),
  ),
  maskFault('several-lines', 'A value of several lines is looked for as a whole.', ({ text }, values) =>
    values.reduce((rest, value) => rest.replaceAll(value, '***'), text),
  ),
  maskFault('patterns', 'A value is taken for a pattern.', ({ text }, values) =>
    values.reduce((rest, value) => {
      try {
        return rest.replaceAll(new RegExp(value, 'g'), '***');
      } catch {
        return rest;
      }
    }, text),
  ),
  maskFault('others-kept', 'What looks like a part of a value is masked.', ({ text }, values) =>
    masked(text, [...values, ...values.map((value) => value.slice(0, 12))]),
  ),
  maskFault('encoded', 'Values are masked as they are only.', ({ text }, values) =>
    values.reduce((rest, value) => rest.replaceAll(value, '***'), text),
  ),
];
