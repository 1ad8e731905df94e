import type { Deployment } from '../deployment.ts';
import { cutBatches } from './batches.ts';
import { matches } from './filter-pattern.ts';
import { deliverBatch } from './subscription.ts';

export interface LogEvent {
  id: string;
  timestamp: number;
  message: string;
  ingestionTime: number;
}

export interface LogStream {
  name: string;
  createdAt: number;
  events: LogEvent[];
}

export interface Subscription {
  filterName: string;
  filterPattern: string;
  destinationArn: string;
  roleArn?: string | undefined;
  createdAt: number;
}

export interface LogGroup {
  name: string;
  createdAt: number;
  retentionInDays?: number;
  streams: Map<string, LogStream>;
  subscriptions: Subscription[];
}

const dayMilliseconds = 86_400_000;

/** The log groups of one deployment. */
export class LogsState {
  readonly groups = new Map<string, LogGroup>();
  readonly #deployment: Deployment;
  #sequence = 0n;

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
  }

  createGroup(name: string): LogGroup {
    const group: LogGroup = {
      name,
      createdAt: this.#deployment.now(),
      streams: new Map(),
      subscriptions: [],
    };
    this.groups.set(name, group);
    return group;
  }

  openStream(groupName: string, name: string): LogStream {
    const group = this.groups.get(groupName)!;
    const stream = group.streams.get(name) ?? { name, createdAt: this.#deployment.now(), events: [] };
    group.streams.set(name, stream);
    return stream;
  }

  /** Stores events, oldest first, and hands them to whoever subscribed. */
  write(groupName: string, streamName: string, lines: readonly { timestamp: number; message: string }[]): void {
    const group = this.groups.get(groupName);
    if (!group) return;
    const stream = this.openStream(groupName, streamName);
    const ingestionTime = this.#deployment.now();
    for (const batch of cutBatches(lines)) {
      const events = batch.map((line) => ({ ...line, id: this.#nextId(line.timestamp), ingestionTime }));
      stream.events.push(...events);
      for (const subscription of group.subscriptions) {
        const wanted = events.filter(({ message }) => matches(subscription.filterPattern, message));
        if (wanted.length > 0) deliverBatch(this.#deployment, group, stream, subscription, wanted);
      }
    }
  }

  /** What queries see: lines arrive late, and go after the retention time. */
  visible(group: LogGroup, stream: LogStream): LogEvent[] {
    const now = this.#deployment.now();
    const arrived = now - this.#deployment.knobs.logIngestion;
    const oldest = group.retentionInDays === undefined ? 0 : now - group.retentionInDays * dayMilliseconds;
    return stream.events.filter((event) => event.ingestionTime <= arrived && event.timestamp >= oldest);
  }

  /** 56 digits that sort by time. */
  #nextId(timestamp: number): string {
    this.#sequence++;
    return ((BigInt(timestamp) << 144n) | this.#sequence).toString().padStart(56, '0');
  }
}
