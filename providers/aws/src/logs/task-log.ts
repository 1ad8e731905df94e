import type { CallOptions, LogLine } from '@runvoy/core/provider';
import type { CloudEvent, CloudWatch } from '../clients/cloudwatch.ts';
import { runnerName, sidecarName } from '../tasks/definition.ts';
import { isCause, parseOutput } from '../tasks/output-form.ts';

/** The awslogs driver cuts what is longer than CloudWatch takes, less the 26 bytes that it counts for an event, between characters. */
const cutBytes = 256 * 1024 - 26;
/** What our lines may have. */
const maximumBytes = 256 * 1024;

export const streamOf = (container: string, taskId: string) => `task/${container}/${taskId}`;

/** The container and task of a stream; `undefined` for streams of something else. */
export function parseStream(name: string): { container: string; taskId: string } | undefined {
  const match = /^task\/([^/]+)\/([^/]+)$/.exec(name);
  if (!match || (match[1] !== runnerName && match[1] !== sidecarName)) return undefined;
  return { container: match[1] as string, taskId: match[2] as string };
}

/** The events of one container's stream as lines. What the log driver had to cut is joined again by `continues`. */
export function linesOf(container: string, events: readonly CloudEvent[]): LogLine[] {
  const lines: LogLine[] = [];
  let open: { stream: LogLine['stream'] } | undefined;
  for (const { id, time, message } of events) {
    if (container !== sidecarName && isCause(message)) continue;
    const parsed: { stream: LogLine['stream']; text: string } | undefined =
      container === sidecarName
        ? { stream: 'system', text: message }
        : open
          ? { stream: open.stream, text: message }
          : parseOutput(message);
    const bytes = Buffer.byteLength(message);
    const isCut = bytes > cutBytes - 4 && bytes <= cutBytes;
    open = isCut && parsed ? { stream: parsed.stream } : undefined;
    if (parsed) lines.push(...withinLimit({ id, time, ...parsed, ...(isCut && { continues: true }) }));
  }
  return lines;
}

/** CloudWatch's events may have more bytes than a line of ours. */
function withinLimit(line: LogLine): LogLine[] {
  const bytes = Buffer.from(line.text.replaceAll('\n', '\u2028'));
  if (bytes.length <= maximumBytes) return [line.text.includes('\n') ? { ...line, text: bytes.toString() } : line];
  const pieces: LogLine[] = [];
  for (let from = 0; from < bytes.length; ) {
    let to = Math.min(bytes.length, from + maximumBytes);
    while (to < bytes.length && (bytes[to]! & 0xc0) === 0x80) to--;
    const isLast = to === bytes.length;
    pieces.push({
      ...line,
      id: from === 0 ? line.id : `${line.id}+${from}`,
      text: bytes.subarray(from, to).toString(),
      ...(!isLast && { continues: true }),
    });
    from = to;
  }
  return pieces;
}

/** Everything that a task printed, as CloudWatch has it: the sidecar's lines, then those of the command. */
export async function* readTaskLog(
  cloudWatch: CloudWatch,
  logGroupName: string,
  taskId: string,
  call?: CallOptions,
): AsyncGenerator<LogLine[]> {
  for (const container of [sidecarName, runnerName]) {
    const input = { logGroupName, logStreamNames: [streamOf(container, taskId)], startTime: 0 };
    for await (const events of cloudWatch.events(input, call)) yield linesOf(container, events);
  }
}
