import type { LogLine, LogStream, Provider, TaskHandle } from '@runvoy/core/provider';
import { findEndMarker } from '@runvoy/core/toolkit';
import type { World } from '../../world.ts';
import { eventually } from './eventually.ts';
import { readChunks } from './log-text.ts';

/** A line as a viewer sees it: pieces of a long one are put together. */
export interface OutputLine {
  stream: LogStream;
  text: string;
  /** Milliseconds since the epoch, of its first piece. */
  time: number;
  /** How many pieces it came in. */
  pieces: number;
}

/**
 * What a task printed, as soon as it `isComplete` or the harness's lag is over. Where the provider masks, that is its log; where
 * core masks, it is what the cloud's notifications or its archive hold.
 */
export function outputOf(
  world: World,
  task: TaskHandle,
  isComplete: (lines: readonly OutputLine[]) => boolean,
): Promise<OutputLine[]> {
  const { harness, provider } = world;
  return eventually(harness.lag?.logs, () => collect(world, provider, task), isComplete);
}

async function collect(world: World, provider: Provider, { executionId }: TaskHandle): Promise<OutputLine[]> {
  if (provider.capabilities.masking === true) return fromLog(provider, executionId);
  const lines = new Map<string, LogLine>();
  if (provider.logs.archive)
    for await (const some of provider.logs.archive(executionId)) for (const it of some) lines.set(it.id, it);
  for (const raw of (await world.deployment.delivered?.()) ?? [])
    for (const event of await provider.decode(raw))
      if (event.type === 'log-lines' && event.executionId === executionId)
        for (const it of event.lines) lines.set(it.id, it);
  const ordered = [...lines.values()].sort((a, b) => a.time - b.time);
  return joined(ordered.flatMap((it) => withoutMarker(executionId, it)));
}

async function fromLog({ logs }: Provider, executionId: string): Promise<OutputLine[]> {
  const pieces = (await readChunks(logs, executionId)).flatMap(({ stream, time, text, continues, count }) => {
    const texts = Buffer.from(text).toString().split('\n').slice(0, -1);
    return texts.map((it, n) => ({
      stream,
      text: it,
      time: typeof time === 'number' ? time : time[n]!,
      continues: continues === true && n === count - 1,
    }));
  });
  return joined(pieces);
}

/** The wrapper's own last line is no output. */
function withoutMarker(executionId: string, line: LogLine): LogLine[] {
  const marker = findEndMarker(executionId, line.text);
  if (!marker) return [line];
  return marker.before === '' ? [] : [{ ...line, text: marker.before }];
}

function joined(pieces: readonly (Omit<LogLine, 'id'> & { id?: string })[]): OutputLine[] {
  const lines: OutputLine[] = [];
  const open = new Map<LogStream, OutputLine>();
  for (const { stream, text, time, continues } of pieces) {
    let line = open.get(stream);
    if (line) {
      line.text += text;
      line.pieces++;
    } else {
      line = { stream, text, time, pieces: 1 };
      lines.push(line);
    }
    if (continues) open.set(stream, line);
    else open.delete(stream);
  }
  return lines;
}

export const printedOn = (lines: readonly OutputLine[], stream: LogStream): string[] =>
  lines.filter((line) => line.stream === stream).map(({ text }) => text);
