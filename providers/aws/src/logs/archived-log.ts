import type { CallOptions, LogChunk, LogPage } from '@runvoy/core/provider';
import type { CloudWatch } from '../clients/cloudwatch.ts';
import { runnerName, sidecarName } from '../tasks/definition.ts';
import { linesOf, streamOf } from './task-log.ts';

const containers = [sidecarName, runnerName];
const pageBytes = 1 << 20;

/** A place in a log that only CloudWatch has: how many events of which stream, from which time on, have been read. */
export interface ArchivePlace {
  stream: number;
  /** Milliseconds since the epoch, of the last event that was read. */
  time: number;
  /** Events of that time that were read. */
  skip: number;
}

export const archiveStart: ArchivePlace = { stream: 0, time: 0, skip: 0 };

/** Pages of the log of an execution of upstream's, which is in no buffer of ours. */
export async function readArchivedPage(
  cloudWatch: CloudWatch,
  logGroupName: string,
  taskId: string,
  from: ArchivePlace,
  cursorOf: (place: ArchivePlace) => string,
  maximumBytes = pageBytes,
  call?: CallOptions,
): Promise<LogPage> {
  const chunks: LogChunk[] = [];
  let place = from;
  let bytes = 0;
  while (place.stream < containers.length) {
    const container = containers[place.stream] as string;
    const input = { logGroupName, logStreamNames: [streamOf(container, taskId)], startTime: place.time, limit: 1000 };
    let skip = place.skip;
    for await (const page of cloudWatch.events(input, call)) {
      const events = page.slice(skip);
      skip = Math.max(0, skip - page.length);
      for (const event of events) {
        place = { ...place, time: event.time, skip: event.time === place.time ? place.skip + 1 : 1 };
      }
      const lines = linesOf(container, events);
      if (lines.length > 0) {
        const text = Buffer.from(`${lines.map((line) => line.text).join('\n')}\n`);
        bytes += text.length;
        // Upstream tells no streams apart within the command's output.
        const stream = container === sidecarName ? 'system' : 'stdout';
        chunks.push({
          cursor: cursorOf(place),
          stream,
          time: lines.map(({ time }) => time),
          count: lines.length,
          text,
        });
      }
      if (bytes >= maximumBytes) return { chunks, cursor: cursorOf(place), ended: false };
    }
    place = { stream: place.stream + 1, time: 0, skip: 0 };
  }
  return { chunks, cursor: cursorOf(place), ended: true };
}
