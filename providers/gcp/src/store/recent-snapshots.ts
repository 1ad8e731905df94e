import type { Timestamp } from '@google-cloud/firestore';

export interface Snapshot {
  document: Record<string, unknown>;
  updateTime: Timestamp;
}

const capacity = 512;

/**
 * Documents as this process last saw or wrote them. A conditional write starts from what is here and spares itself a read: its
 * precondition, the time of the last update, fails when somebody else was quicker.
 */
export class RecentSnapshots {
  readonly #snapshots = new Map<string, Snapshot>();

  get(id: string): Snapshot | undefined {
    return this.#snapshots.get(id);
  }

  set(id: string, snapshot: Snapshot): void {
    this.#snapshots.delete(id);
    this.#snapshots.set(id, snapshot);
    if (this.#snapshots.size > capacity) this.#snapshots.delete(this.#snapshots.keys().next().value!);
  }

  delete(id: string): void {
    this.#snapshots.delete(id);
  }
}
