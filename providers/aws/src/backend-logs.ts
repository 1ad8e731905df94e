import type { BackendLogEntry, BackendLogs, CallOptions } from '@runvoy/core/provider';
import type { CloudWatch } from './clients/cloudwatch.ts';

/** The log lines of both Lambdas, which CloudWatch captures. */
export class AwsBackendLogs implements BackendLogs {
  readonly #cloudWatch: () => Promise<CloudWatch>;
  readonly #groups: readonly string[];

  constructor(cloudWatch: () => Promise<CloudWatch>, groups: readonly string[]) {
    this.#cloudWatch = cloudWatch;
    this.#groups = groups;
  }

  async find(requestId: string, call?: CallOptions): Promise<BackendLogEntry[]> {
    // The pattern's own syntax has no way to write others.
    if (!/^[\w.:-]{1,128}$/.test(requestId)) return [];
    const cloudWatch = await this.#cloudWatch();
    const found = await Promise.all(
      this.#groups.map(async (logGroupName) => {
        const input = { logGroupName, filterPattern: `{ $.request_id = "${requestId}" }`, startTime: 0 };
        const entries: BackendLogEntry[] = [];
        for await (const events of cloudWatch.events(input, call))
          for (const { time, message } of events) {
            const own = entryOf(message, requestId);
            if (own) entries.push({ time: own.time ?? time, text: message.trimEnd() });
          }
        return entries;
      }),
    );
    return found.flat().sort((a, b) => a.time - b.time);
  }
}

/** An entry of this request, and its own time; the pattern of CloudWatch finds others, too, such as a list with the id in it. */
function entryOf(message: string, requestId: string): { time: number | undefined } | undefined {
  try {
    const entry = JSON.parse(message) as { request_id?: unknown; time?: unknown } | null;
    if (entry?.request_id !== requestId) return undefined;
    const time = typeof entry.time === 'string' ? Date.parse(entry.time) : Number(entry.time ?? Number.NaN);
    return { time: Number.isFinite(time) ? time : undefined };
  } catch {
    return undefined;
  }
}
