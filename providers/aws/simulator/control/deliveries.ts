import type { Delivery } from './knobs.ts';
import type { Random } from './random.ts';

/** Carries notifications as the knobs say: late, twice, out of order or never. */
export class Deliveries {
  readonly #random: Random;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #waiting = new Map<string, (() => void)[]>();
  #pending = 0;
  #closed = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** `channel` names what is delivered in order as long as nothing disturbs it. */
  send(channel: string, delivery: Delivery, deliver: () => Promise<void>): void {
    if (this.#random.chance(delivery.lose)) return;
    const held = this.#waiting.get(channel) ?? [];
    if (this.#random.chance(delivery.reorder)) {
      this.#waiting.set(channel, [...held, () => this.#schedule(delivery, deliver)]);
      // Nothing may follow: then it is only late.
      this.#after(500, () => this.#release(channel));
    } else {
      this.#schedule(delivery, deliver);
      this.#release(channel);
    }
    if (this.#random.chance(delivery.duplicate)) this.#schedule({ ...delivery, delay: delivery.delay + 20 }, deliver);
  }

  /** Runs this later, unless everything is closed before; `settled` waits for it. */
  schedule(milliseconds: number, deliver: () => Promise<void>): void {
    this.#after(milliseconds, () => void this.track(deliver()));
  }

  /** Makes `settled` wait for it. */
  async track(work: Promise<void>): Promise<void> {
    this.#pending++;
    await work.finally(() => this.#pending--);
  }

  /** Resolves later, or at once when the signal aborts; never, when everything is closed before. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#after(milliseconds, () => {
        signal?.removeEventListener('abort', shorten);
        resolve();
      });
      const shorten = () => {
        clearTimeout(timer);
        this.#timers.delete(timer!);
        resolve();
      };
      if (signal?.aborted) shorten();
      else signal?.addEventListener('abort', shorten, { once: true });
    });
  }

  /** Whether nothing is on its way. */
  get settled(): boolean {
    return this.#pending === 0 && this.#timers.size === 0;
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #schedule({ delay, jitter }: Delivery, deliver: () => Promise<void>): void {
    const milliseconds = delay + (jitter > 0 ? this.#random.next() * jitter : 0);
    if (milliseconds === 0) void this.track(deliver());
    else this.schedule(milliseconds, deliver);
  }

  #release(channel: string): void {
    const held = this.#waiting.get(channel) ?? [];
    this.#waiting.delete(channel);
    for (const deliver of held) deliver();
  }

  #after(milliseconds: number, run: () => void): NodeJS.Timeout | undefined {
    if (this.#closed) return undefined;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, milliseconds);
    this.#timers.add(timer);
    return timer;
  }
}
