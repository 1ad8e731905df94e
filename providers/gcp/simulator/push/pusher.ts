import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { decode, encode, protosOf } from '../wire/protos.ts';
import type { PushConfig, PushParts, Subscription } from './pubsub-front.ts';
import { pushRequest, type ReceivedMessage } from './push-request.ts';

/** How many pushes of one subscription are under way at most. */
const window = 1000;
/** What acknowledges a message; everything else has it come again. */
const acknowledging = new Set([102, 200, 201, 202, 204]);
const reopenMs = 200;
const tokenMs = 10 * 60_000;
const defaultAckSeconds = 10;
const service = 'google.pubsub.v1.Subscriber';

/** Pushes the messages of one subscription to its endpoint, signed, until they are acknowledged. */
export class Pusher {
  readonly config: PushConfig;
  readonly #parts: PushParts;
  readonly #subscription: Subscription;
  readonly #agents = {
    'http:': new HttpAgent({ keepAlive: true, maxSockets: window }),
    'https:': new HttpsAgent({ keepAlive: true, maxSockets: window }),
  };
  #stream: ClientDuplexStream<object, { receivedMessages: ReceivedMessage[] }> | undefined;
  #token: { text: string; until: number } | undefined;
  #closed = false;

  constructor(parts: PushParts, subscription: Subscription, config: PushConfig) {
    this.#parts = parts;
    this.#subscription = subscription;
    this.config = config;
    this.#open();
  }

  close(): void {
    this.#closed = true;
    this.#stream?.cancel();
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  get #ackSeconds(): number {
    return this.#subscription.ackDeadlineSeconds || defaultAckSeconds;
  }

  /** A stream of messages from the emulator. It ends now and then, and is then opened again. */
  #open(): void {
    if (this.#closed) return;
    const { StreamingPull } = protosOf('pubsub').lookupService(service).methods;
    const stream = this.#parts.pubsub.client().makeBidiStreamRequest<object, { receivedMessages: ReceivedMessage[] }>(
      `/${service}/StreamingPull`,
      (value) => encode(StreamingPull!.resolvedRequestType!, value),
      (bytes) => decode(StreamingPull!.resolvedResponseType!, bytes) as { receivedMessages: ReceivedMessage[] },
    );
    this.#stream = stream;
    stream.on('data', ({ receivedMessages }) => {
      for (const received of receivedMessages) void this.#deliver(received);
    });
    stream.on('error', () => {});
    stream.on('close', () => this.#parts.cloud.timers.after(reopenMs, () => this.#open()));
    // Longer than a push may take, so that the emulator does not give the message out a second time in the meantime.
    const streamAckDeadlineSeconds = Math.min(600, this.#ackSeconds + 10);
    stream.write({ subscription: this.#subscription.name, streamAckDeadlineSeconds, maxOutstandingMessages: window });
  }

  async #deliver(received: ReceivedMessage): Promise<void> {
    const { cloud } = this.#parts;
    const isLost = cloud.random.chance(cloud.knobs.pushLoss);
    const status = isLost ? 0 : await this.#post(received);
    if (this.#closed || this.#stream?.destroyed) return;
    if (acknowledging.has(status)) {
      this.#stream!.write({ ackIds: [received.ackId] });
      if (cloud.random.chance(cloud.knobs.pushDuplicates)) await this.#post(received);
    } else this.#stream!.write({ modifyDeadlineAckIds: [received.ackId], modifyDeadlineSeconds: [0] });
  }

  /** The status of the answer; 0 when there was none in time. */
  #post(received: ReceivedMessage): Promise<number> {
    const { body, headers } = pushRequest(this.#subscription, this.config, received);
    const url = new URL(this.config.pushEndpoint!);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const token = this.#identityToken();
    return new Promise((resolve) => {
      const request = send(
        url,
        {
          method: 'POST',
          agent: this.#agents[url.protocol as 'http:'],
          signal: AbortSignal.timeout(this.#ackSeconds * 1000),
          headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The other side has closed an idle connection at this very moment: nothing has arrived, so it is sent again.
        if (request.reusedSocket && error.code === 'ECONNRESET' && !this.#closed) resolve(this.#post(received));
        else resolve(0);
      });
      // 102 comes before the answer, and is enough.
      request.on('information', ({ statusCode }) => acknowledging.has(statusCode) && resolve(statusCode));
      request.end(body);
    });
  }

  /** The same for some time, as Pub/Sub's. Its audience is the endpoint where the configuration names none. */
  #identityToken(): string | undefined {
    const { oidcToken, pushEndpoint } = this.config;
    const account = oidcToken?.serviceAccountEmail;
    if (!account) return undefined;
    const now = Date.now();
    if (!this.#token || this.#token.until < now) {
      const text = this.#parts.tokens.identityToken(account, oidcToken.audience || pushEndpoint!);
      this.#token = { text, until: now + tokenMs };
    }
    return this.#token.text;
  }
}
