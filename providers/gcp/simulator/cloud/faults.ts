import { status } from '@grpc/grpc-js';
import { isMethod } from './call-log.ts';
import { CloudError } from './cloud-error.ts';
import type { Random } from './random.ts';

/** Calls that fail. */
export interface Fault {
  /** `RunJob`, in full `google.cloud.run.v2.Jobs.RunJob`, or `*` for all. */
  method: string;
  code: keyof typeof status;
  /** Share of the calls. Default: all. */
  rate?: number;
  /** How many calls it hits. Default: until it is removed. */
  times?: number;
  /** Only in this project. */
  project?: string;
  /** Before the call has an effect, or after: the caller then cannot know that it had one. Default: before. */
  when?: 'before' | 'after';
  message?: string;
}

const messages: Partial<Record<keyof typeof status, string>> = {
  RESOURCE_EXHAUSTED: 'Quota exceeded for quota metric of the service and limit per minute of the consumer.',
  UNAVAILABLE: 'The service is currently unavailable.',
  DEADLINE_EXCEEDED: 'Deadline expired before operation could complete.',
  INTERNAL: 'Internal error encountered.',
};

export class Faults {
  readonly #random: Random;
  readonly #active = new Set<Fault & { left: number }>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Makes calls fail until the returned function is called. */
  add(fault: Fault): () => void {
    const active = { ...fault, left: fault.times ?? Number.POSITIVE_INFINITY };
    this.#active.add(active);
    return () => this.#active.delete(active);
  }

  /** Throws where a fault hits this call. */
  hit(when: 'before' | 'after', method: string, project: string): void {
    for (const fault of this.#active) {
      if ((fault.when ?? 'before') !== when || !isMethod(method, fault.method)) continue;
      if (fault.project !== undefined && fault.project !== project) continue;
      if (fault.left <= 0 || !this.#random.chance(fault.rate ?? 1)) continue;
      fault.left--;
      throw new CloudError(status[fault.code], fault.message ?? messages[fault.code] ?? `Injected ${fault.code}.`);
    }
  }
}
