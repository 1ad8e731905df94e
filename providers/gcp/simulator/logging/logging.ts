import type { Cloud } from '../cloud/cloud.ts';
import type { Lateness } from '../cloud/random.ts';
import type { Microseconds } from '../cloud/time.ts';
import type { Policies } from '../iam/policies.ts';
import type { PubSub } from '../push/pubsub.ts';
import { builtInSinks } from './built-in-sinks.ts';
import type { Entry } from './entry.ts';
import type { Sink } from './sink.ts';

/** How entries travel: what of them is late, lost or doubled. */
export interface Travel {
  delayMs: Lateness;
  /** Shares of what sinks get. */
  loss: number;
  duplicates: number;
}

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

  /** Lines of output, which travel together. */
  sendLines(entries: readonly Entry[]): void {
    const { knobs, random, timers } = this.#cloud;
    const delay = random.within(knobs.logDelayMs);
    const travel = { delayMs: 0, loss: knobs.logLoss, duplicates: knobs.logDuplicates };
    const late = entries.filter(() => random.chance(knobs.logReordering));
    const lateOnes = new Set(late);
    timers.after(delay, () => {
      for (const entry of entries) if (!lateOnes.has(entry)) this.#arrive(entry, travel);
    });
    for (const entry of late)
      timers.after(delay + random.within(knobs.logReorderMs), () => this.#arrive(entry, travel));
  }

  sendAudit(entry: Entry): void {
    const { knobs, random, timers } = this.#cloud;
    const travel = { delayMs: knobs.auditDelayMs, loss: knobs.auditLoss, duplicates: knobs.auditDuplicates };
    timers.after(random.within(travel.delayMs), () => this.#arrive(entry, travel));
  }

  /** What was written with WriteLogEntries is there when the call returns. */
  write(entry: Entry): void {
    this.#arrive(entry, { delayMs: 0, loss: 0, duplicates: 0 });
  }

  #arrive(entry: Entry, { loss, duplicates }: Travel): void {
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
