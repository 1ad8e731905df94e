import type { Cloud } from '../cloud/cloud.ts';
import type { Tokens } from '../iam/tokens.ts';
import type { PubSub } from './pubsub.ts';
import { Pusher } from './pusher.ts';

export interface PushConfig {
  pushEndpoint?: string;
  attributes?: Record<string, string>;
  oidcToken?: { serviceAccountEmail?: string; audience?: string } | null;
  noWrapper?: { writeMetadata?: boolean } | null;
}

export interface Subscription {
  name: string;
  pushConfig?: PushConfig | null;
  ackDeadlineSeconds?: number;
  deadLetterPolicy?: object | null;
}

export interface PushParts {
  cloud: Cloud;
  pubsub: PubSub;
  tokens: Tokens;
}

/**
 * Pushes in the emulator's place, because the emulator sends no identity token: for it, push subscriptions are pull
 * subscriptions, whose messages are fetched here. It still does the rest: order, retry policy, dead letters.
 */
export class PubSubFront {
  readonly #parts: PushParts;
  readonly #pushers = new Map<string, Pusher>();

  constructor(parts: PushParts) {
    this.#parts = parts;
  }

  /** What the emulator is to know of it. */
  hide(subscription: Subscription): Subscription {
    return { ...subscription, pushConfig: null };
  }

  /** What everybody else is to know of it. */
  show(subscription: Subscription): Subscription {
    const pusher = this.#pushers.get(subscription.name);
    return pusher ? { ...subscription, pushConfig: pusher.config } : subscription;
  }

  /** Pushes from now on as `config` says, or no more when it has no endpoint. */
  set(subscription: Subscription, config: PushConfig | null | undefined): void {
    this.remove(subscription.name);
    if (config?.pushEndpoint) this.#pushers.set(subscription.name, new Pusher(this.#parts, subscription, config));
  }

  remove(name: string): void {
    this.#pushers.get(name)?.close();
    this.#pushers.delete(name);
  }

  close(): void {
    for (const name of [...this.#pushers.keys()]) this.remove(name);
  }
}
