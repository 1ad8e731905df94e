import type { Cloud } from '../cloud/cloud.ts';
import type { Microseconds } from '../cloud/time.ts';
import type { Policies } from '../iam/policies.ts';
import type { PubSub } from '../push/pubsub.ts';
import { builtInSinks } from './built-in-sinks.ts';
import type { Entry } from './entry.ts';
import type { Sink } from './sink.ts';

/** Shares of what sinks lose, and publish twice. */
interface Unreliability {
  loss: number;
  duplicates: number;
}

const reliable: Unreliability = { loss: 0, duplicates: 0 };

/** The oldest are forgotten before memory runs out. */
const mostEntries = 500_000;

/** Cloud Logging of one project: what was logged, and who is told. */
export class Logging {
  /** In no order: times of arrival are not times of logging. */
  readonly entries: Entry[] = [];
  readonly sinks: Map<string, Sink>;
  /** Times of the last minute's ListLogEntries calls. */
  readonly recentLists: Microseconds[] = [];
  readonly #cloud: Cloud;
  readonly #policies: Policies;
  readonly #pubsub: PubSub;
  #lastLineTime: Microseconds = 0;

  constructor(cloud: Cloud, project: { id: string; number: string }, policies: Policies, pubsub: PubSub) {
    this.#cloud = cloud;
    this.#policies = policies;
    this.#pubsub = pubsub;
    this.sinks = builtInSinks(project.id, project.number, cloud.clock.now());
  }

  /** Eight hexadecimal digits of the second, eight of the microsecond, eight of chance. */
  insertId(time: Microseconds): string {
    const hex = (value: number) => value.toString(16).padStart(8, '0');
    return `${hex(Math.floor(time / 1e6))}${hex(time % 1e6)}${this.#cloud.random.hex(8)}`;
  }

  /** When a line was printed: now, or at the very time of the line before. */
  lineTime(): Microseconds {
    const same = this.#lastLineTime > 0 && this.#cloud.random.chance(this.#cloud.knobs.equalTimestamps);
    if (!same) this.#lastLineTime = this.#cloud.clock.now();
    return this.#lastLineTime;
  }

  /** Lines of output, which travel together, but for those that a knob holds back. */
  sendLines(entries: readonly Entry[]): void {
    const { knobs, random, timers } = this.#cloud;
    const delay = random.within(knobs.logDelayMs);
    const sinks = { loss: knobs.logLoss, duplicates: knobs.logDuplicates };
    const late = new Set(entries.filter(() => random.chance(knobs.logReordering)));
    timers.after(delay, () => {
      for (const entry of entries) if (!late.has(entry)) this.#arrive(entry, sinks);
    });
    for (const entry of late) timers.after(delay + random.within(knobs.logReorderMs), () => this.#arrive(entry, sinks));
  }

  sendAudit(entry: Entry): void {
    const { knobs, random, timers } = this.#cloud;
    const sinks = { loss: knobs.auditLoss, duplicates: knobs.auditDuplicates };
    timers.after(random.within(knobs.auditDelayMs), () => this.#arrive(entry, sinks));
  }

  /** What was written with WriteLogEntries is there when the call returns. */
  write(entry: Entry): void {
    this.#arrive(entry, reliable);
  }

  #arrive(entry: Entry, { loss, duplicates }: Unreliability): void {
    const { clock, random } = this.#cloud;
    const arrived = { ...entry, receiveTimestamp: clock.now() };
    this.entries.push(arrived);
    if (this.entries.length > mostEntries) this.entries.splice(0, mostEntries / 10);
    for (const sink of this.sinks.values()) {
      if (!sink.wants(arrived) || random.chance(loss)) continue;
      const copies = random.chance(duplicates) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) sink.export(this.#cloud, this.#policies, this.#pubsub, arrived);
    }
  }
}
