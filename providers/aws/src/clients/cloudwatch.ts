import {
  CloudWatchLogsClient,
  type CloudWatchLogsClientConfig,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { CallOptions } from '@runvoy/core/provider';
import type { Calls } from './calls.ts';
import { isNamed } from './is-named.ts';

export interface CloudEvent {
  id: string;
  /** Milliseconds since the epoch. */
  time: number;
  message: string;
}

/** Reads log groups. */
export class CloudWatch {
  readonly #client: CloudWatchLogsClient;
  readonly #calls: Calls;

  constructor(config: CloudWatchLogsClientConfig, calls: Calls) {
    this.#client = new CloudWatchLogsClient(config);
    this.#calls = calls;
  }

  /** Pages of events, oldest first. A group or stream that is not there has none. */
  async *events(input: FilterLogEventsCommandInput, call?: CallOptions): AsyncGenerator<CloudEvent[]> {
    let nextToken: string | undefined;
    do {
      const command = new FilterLogEventsCommand({ ...input, ...(nextToken && { nextToken }) });
      try {
        const page = await this.#calls.run((options) => this.#client.send(command, options), call);
        const events = (page.events ?? []).map(({ eventId = '', timestamp = 0, message = '' }) => ({
          id: eventId,
          time: timestamp,
          message,
        }));
        if (events.length > 0) yield events;
        nextToken = page.nextToken;
      } catch (error) {
        if (isNamed(error, 'ResourceNotFoundException')) return;
        throw error;
      }
    } while (nextToken);
  }

  close(): void {
    this.#client.destroy();
  }
}
