import * as grpc from '@grpc/grpc-js';
import { CloudError, failedPrecondition } from '../cloud/cloud-error.ts';
import { decode, encode, protosOf } from '../wire/protos.ts';

export interface OutgoingMessage {
  data: Buffer;
  attributes: Record<string, string>;
}

/** As many as Pub/Sub takes at once, and well below the emulator's 4 MiB. */
const largestBatch = { messages: 1000, bytes: 2 * 2 ** 20 };

/** The real Pub/Sub emulator, as the simulated services use it. */
export class PubSub {
  readonly #host: string | undefined;
  readonly #log: (text: string) => void;
  #client: grpc.Client | undefined;
  readonly #waiting = new Map<string, OutgoingMessage[]>();
  readonly #sending = new Set<Promise<void>>();
  readonly #last = new Map<string, Promise<void>>();
  #scheduled = false;

  /** `host`: `host:port` of the emulator; without one, nothing can be published. */
  constructor(host: string | undefined, log: (text: string) => void) {
    this.#host = host;
    this.#log = log;
  }

  /** Publishes soon, together with what else is published in this turn. What the topic refuses is lost, and told. */
  publish(topic: string, message: OutgoingMessage): void {
    const waiting = this.#waiting.get(topic);
    if (waiting) waiting.push(message);
    else this.#waiting.set(topic, [message]);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#flush());
  }

  /** One call of `google.pubsub.v1`. */
  async call<T extends object>(service: 'Publisher' | 'Subscriber', method: string, request: object): Promise<T> {
    const found = protosOf('pubsub').lookupService(`google.pubsub.v1.${service}`).methods[method]!;
    return new Promise((resolve, reject) => {
      this.client().makeUnaryRequest(
        `/google.pubsub.v1.${service}/${method}`,
        (value: object) => encode(found.resolvedRequestType!, value),
        (bytes: Buffer) => decode(found.resolvedResponseType!, bytes) as T,
        request,
        (error, value) => (error ? reject(new CloudError(error.code, error.details)) : resolve(value!)),
      );
    });
  }

  client(): grpc.Client {
    if (this.#host === undefined)
      throw failedPrecondition('no Pub/Sub emulator: set PUBSUB_EMULATOR_HOST or pubsubHost');
    this.#client ??= new grpc.Client(this.#host, grpc.credentials.createInsecure());
    return this.#client;
  }

  get reachable(): boolean {
    return this.#host !== undefined;
  }

  #flush(): void {
    this.#scheduled = false;
    for (const [topic, messages] of this.#waiting) {
      for (const batch of batchesOf(messages)) {
        // One after the other: what is to come out of order has a knob for that.
        const sending = (this.#last.get(topic) ?? Promise.resolve())
          .then(() => this.call('Publisher', 'Publish', { topic, messages: batch }))
          .then(() => {})
          .catch((error: Error) => this.#log(`${batch.length} log entries were lost: ${topic}: ${error.message}`))
          .finally(() => this.#sending.delete(sending));
        this.#sending.add(sending);
        this.#last.set(topic, sending);
      }
    }
    this.#waiting.clear();
  }

  async close(): Promise<void> {
    this.#flush();
    await Promise.all(this.#sending);
    this.#client?.close();
  }
}

function batchesOf(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const batches: OutgoingMessage[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const last = batches.at(-1);
    if (!last || last.length >= largestBatch.messages || bytes + message.data.length > largestBatch.bytes) {
      batches.push([message]);
      bytes = message.data.length;
    } else {
      last.push(message);
      bytes += message.data.length;
    }
  }
  return batches;
}
