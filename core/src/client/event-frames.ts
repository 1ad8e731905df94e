import type { LogEvent } from '../api/index.ts';
import type { LogStream } from '../contract/logs.ts';
import type { LogFrame } from '../sockets/protocol.ts';

const encoder = new TextEncoder();

/**
 * Turns single events, of an upstream server or of the REST API, into log frames. Remembers which it has seen, because
 * upstream replays everything on each connection.
 */
export function createEventFrames(): (
  events: readonly LogEvent[],
  cursor?: string,
) => (LogFrame & { text: Uint8Array })[] {
  const seen = new Set<string>();
  let lines = 0;
  return (events, cursor) => {
    const frames: (LogFrame & { text: Uint8Array })[] = [];
    let group: LogEvent[] = [];
    const flush = (): void => {
      if (group.length === 0) return;
      const [first] = group as [LogEvent];
      frames.push({
        type: 'log',
        cursor: cursor ?? group.at(-1)!.event_id,
        stream: streamOf(first),
        first: lines + 1,
        count: group.length,
        time: group.map((event) => event.timestamp),
        text: encoder.encode(group.map((event) => `${event.message}\n`).join('')),
      });
      lines += group.length;
      group = [];
    };
    for (const event of events) {
      if (seen.has(event.event_id)) continue;
      seen.add(event.event_id);
      if (group.length > 0 && streamOf(group[0]!) !== streamOf(event)) flush();
      group.push(event);
    }
    flush();
    return frames;
  };
}

function streamOf({ stream }: LogEvent): LogStream {
  return stream === 'stderr' || stream === 'system' ? stream : 'stdout';
}
