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
          entries.push(...events.map(({ time, message }) => ({ time, text: message.trimEnd() })));
        return entries;
      }),
    );
    return found.flat().sort((a, b) => a.time - b.time);
  }
}
