import { isFinal } from '@runvoy/core/client';
import { RunvoyError } from '@runvoy/core/provider';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { announceEnding, announceIncompleteLog } from '../stream/ending.ts';
import { type Followed, followLog } from '../stream/follow-log.ts';
import { watchInterrupts } from '../stream/interrupts.ts';
import { createLogPrinter, type LogPrinter, type OutputFormat } from '../stream/log-printer.ts';
import { createTail } from '../stream/tail.ts';
import { parseTime } from '../values/time.ts';

export interface LogsOptions {
  follow: boolean;
  tail?: string;
  since?: string;
  timestamps?: boolean;
  output?: OutputFormat;
}

export default async function logs(context: Context, executionId: string, options: LogsOptions): Promise<number> {
  const { ui } = context;
  const tail = options.tail === undefined ? undefined : parseTail(options.tail);
  const since = options.since === undefined ? {} : { since: parseTime(options.since, '--since', Date.now()) };
  const { client } = await context.connect();
  const interrupts = watchInterrupts();
  const printer = createLogPrinter({
    format: options.output ?? (ui.json ? 'json' : 'raw'),
    timestamps: options.timestamps === true,
    ui,
  });
  try {
    const common = { client, executionId, ui, signal: interrupts.first, ...since };
    const start: Start = tail === undefined ? {} : await printTail(common, tail, printer, options.follow);
    const end = start.end ?? (await followLog({ ...common, ...start, printer, follow: options.follow })).end;
    if (!end) return exitCodes.unknown;
    announceIncompleteLog(end, ui);
    // What never started has printed nothing: the reason is all that there is to say.
    if (isFinal(end.status) && (ui.attended || end.reason === 'start-failed')) announceEnding(end, ui);
    return 0;
  } finally {
    interrupts.dispose();
  }
}

type Start = Pick<Followed, 'end'> & { after?: string };
type Common = Pick<Parameters<typeof followLog>[0], 'client' | 'executionId' | 'ui' | 'signal' | 'since'>;

/** Reads what is there, prints the last lines of it, and says where to go on; `end` when there is nothing to go on with. */
async function printTail(common: Common, count: number, printer: LogPrinter, follow: boolean): Promise<Start> {
  const tail = createTail(count);
  const { end, cursor } = await followLog({ ...common, printer: tail, follow: false });
  for (const event of tail.events()) await printer.log(event);
  const resume = cursor === undefined ? {} : { after: cursor };
  if (!end || (follow && !isFinal(end.status))) return resume;
  printer.end(end);
  return { ...resume, end };
}

function parseTail(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new RunvoyError('INVALID_REQUEST', `--tail is not a number of lines: ${JSON.stringify(text)}`, {
    field: '--tail',
    remedy: 'Write it as --tail 100.',
  });
}
