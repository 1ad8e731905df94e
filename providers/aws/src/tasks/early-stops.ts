import { type CallOptions, isRunvoyError, type Store } from '@runvoy/core/provider';

/** ECS remembers the token of a start for no longer. */
const lifeMilliseconds = 24 * 3600 * 1000;

/**
 * Executions that were stopped before they were started. RunTask can be made to depend on nothing, and a look before it would be one more
 * round trip of every run; so a start looks here while ECS answers, and stops what it has started at once. Fargate needs seconds
 * before it runs anything.
 */
export class EarlyStops {
  readonly #store: Pick<Store, 'insert' | 'get'>;
  readonly #now: () => number;

  constructor(store: Pick<Store, 'insert' | 'get'>, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async note(executionId: string, call?: CallOptions): Promise<void> {
    const created_at = this.#now();
    const times = { created_at, expires_at: created_at + lifeMilliseconds };
    try {
      await this.#store.insert(
        'reservations',
        { reservation: nameOf(executionId), digest: '', holder: executionId, ...times },
        call,
      );
    } catch (error) {
      if (!isRunvoyError(error, 'CONFLICT')) throw error;
    }
  }

  /** Also `false` when that cannot be found out: core stops again what was stopped while it was being started. */
  has(executionId: string, call?: CallOptions): Promise<boolean> {
    return this.#store.get('reservations', nameOf(executionId), call).then(
      (found) => found !== undefined,
      () => false,
    );
  }
}

const nameOf = (executionId: string) => `stopped/${executionId}`;
