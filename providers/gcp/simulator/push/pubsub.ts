import { setImmediate as nextTurn } from 'node:timers/promises';
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
  readonly #senders = new Map<string, Promise<void>>();

  /** `host`: `host:port` of the emulator; without one, nothing can be published. */
  constructor(host: string | undefined, log: (text: string) => void) {
    this.#host = host;
    this.#log = log;
  }

  /**
   * Publishes soon, in order, together with what else comes in the meantime: what is to come out of order has a knob for that.
   * What the topic refuses is lost, and told.
   */
  publish(topic: string, message: OutgoingMessage): void {
    const waiting = this.#waiting.get(topic);
    if (waiting) waiting.push(message);
    else this.#waiting.set(topic, [message]);
    if (!this.#senders.has(topic)) this.#senders.set(topic, this.#send(topic));
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

  /** One batch after the other, until nothing waits. Never rejects. */
  async #send(topic: string): Promise<void> {
    await nextTurn();
    for (let waiting = this.#waiting.get(topic)!; waiting.length > 0; ) {
      const messages = takeBatch(waiting);
      try {
        await this.call('Publisher', 'Publish', { topic, messages });
      } catch (error) {
        this.#log(`${messages.length} log entries were lost: ${topic}: ${(error as Error).message}`);
      }
    }
    this.#waiting.delete(topic);
    this.#senders.delete(topic);
  }

  async close(): Promise<void> {
    await Promise.all(this.#senders.values());
    this.#client?.close();
  }
}

/** Takes as many as may go together off the front. */
function takeBatch(waiting: OutgoingMessage[]): OutgoingMessage[] {
  let count = 0;
  let bytes = 0;
  for (const { data } of waiting) {
    bytes += data.length;
    if (count > 0 && (bytes > largestBatch.bytes || count === largestBatch.messages)) break;
    count++;
  }
  return waiting.splice(0, count);
}
