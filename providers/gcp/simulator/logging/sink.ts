import type { Cloud } from '../cloud/cloud.ts';
import type { Microseconds } from '../cloud/time.ts';
import type { Policies } from '../iam/policies.ts';
import type { PubSub } from '../push/pubsub.ts';
import { type Entry, entryToJson } from './entry.ts';
import { type Filter, parseFilter } from './filter.ts';

export interface SinkSettings {
  name: string;
  /** `pubsub.googleapis.com/projects/{project}/topics/{topic}`, or another service, to which nothing goes. */
  destination: string;
  filter: string;
  description: string;
  disabled: boolean;
  exclusions: { name: string; description: string; filter: string; disabled: boolean }[];
  includeChildren: boolean;
  /** `serviceAccount:…` */
  writerIdentity: string;
  createTime: Microseconds;
  updateTime: Microseconds;
}

const topicPrefix = 'pubsub.googleapis.com/';

/** Publishes the entries that it wants, each as one message. */
export class Sink {
  readonly settings: Readonly<SinkSettings>;
  readonly #filter: Filter;
  readonly #exclusions: readonly Filter[];
  readonly #topic: string | undefined;
  #warned = false;

  constructor(settings: SinkSettings) {
    this.settings = settings;
    this.#filter = parseFilter(settings.filter);
    this.#exclusions = settings.exclusions.filter(({ disabled }) => !disabled).map(({ filter }) => parseFilter(filter));
    const { destination } = settings;
    this.#topic = destination.startsWith(topicPrefix) ? destination.slice(topicPrefix.length) : undefined;
  }

  wants(entry: Entry): boolean {
    if (this.settings.disabled || this.#topic === undefined) return false;
    return this.#filter(entry) && !this.#exclusions.some((excludes) => excludes(entry));
  }

  /** Without the grant on its topic a sink drops what it has, and tells nobody but its own error metric. */
  export(cloud: Cloud, policies: Policies, pubsub: PubSub, entry: Entry): void {
    const topic = this.#topic!;
    const { name, writerIdentity } = this.settings;
    const mayWrite =
      cloud.knobs.sinkGrants === 'assumed' || policies.has(topic, 'roles/pubsub.publisher', writerIdentity);
    if (!mayWrite || !pubsub.reachable) {
      if (!this.#warned)
        cloud.log(
          mayWrite
            ? `sink ${name} drops entries: there is no Pub/Sub emulator`
            : `sink ${name} drops entries: ${writerIdentity} lacks roles/pubsub.publisher on ${topic}`,
        );
      this.#warned = true;
      return;
    }
    const json = entryToJson(entry);
    pubsub.publish(topic, {
      data: Buffer.from(JSON.stringify(json)),
      attributes: { 'logging.googleapis.com/timestamp': json.timestamp as string },
    });
  }
}
