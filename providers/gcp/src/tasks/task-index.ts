import type { Firestore } from '@google-cloud/firestore';
import type { CallOptions } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { GcpConfig } from '../config/config.ts';
import type { Clients } from '../connect/clients.ts';
import { type CompanionOf, expiryField } from '../store/collection.ts';
import { documentId } from '../store/document-id.ts';
import { withinDeadline } from '../store/within-deadline.ts';
import { executionIdIn } from './execution-id.ts';
import { executionPath, isExecutionName } from './names.ts';

const alreadyExists = 6;
const notFound = 5;
const failedPrecondition = 9;
const remembered = 5000;
/** An execution is known to Cloud Run for 7 days after its end at most. */
const lifetimeMilliseconds = 30 * 24 * 3600 * 1000;

/** What is known of the start of an execution id. */
export interface Claim {
  claimedAt: number;
  /** Of the Cloud Run execution, once there is one. */
  executionName?: string;
  /** It was stopped before it was started. */
  stoppedAt?: number;
}

export interface TaskIndexParts {
  config: GcpConfig;
  clients: Clients;
  lifecycle: Lifecycle;
}

/**
 * Which Cloud Run execution belongs to which execution id: RunJob takes no token that would make it idempotent. A document for
 * each id, which only one can create, is the right to start it, and then holds the name.
 */
export class TaskIndex {
  readonly #parts: TaskIndexParts;
  readonly #names = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  /** Ids whose start this process has the right to, and has not begun. */
  readonly #held = new Set<string>();

  constructor(parts: TaskIndexParts) {
    this.#parts = parts;
  }

  /** The claim on an execution id beside its record: who writes the record is about to start it, and saves a round trip. */
  readonly claimBeside: CompanionOf = (firestore, executionId) => ({
    reference: this.#document(firestore, executionId),
    fields: claimed(executionId),
    created: () => {
      this.#held.add(executionId);
      if (this.#held.size > remembered) this.#held.delete(this.#held.keys().next().value!);
    },
  });

  /** Takes the right to start; `undefined` when it is this process that has it now. */
  async claim(executionId: string, call?: CallOptions): Promise<Claim | undefined> {
    return this.#held.delete(executionId) ? undefined : this.#create(executionId, {}, call);
  }

  /** Remembers a stop that came before the start; what is known when there was a start. */
  async stopUnstarted(executionId: string, call?: CallOptions): Promise<Claim | undefined> {
    return this.#create(executionId, { stopped_at: Date.now() }, call);
  }

  find(executionId: string, call?: CallOptions): Promise<Claim | undefined> {
    return this.#in(call, async (firestore) => (await this.#read(firestore, executionId))?.claim);
  }

  /** Takes over a claim whose holder has died, unless somebody else was quicker. */
  takeOver(executionId: string, call?: CallOptions): Promise<boolean> {
    return this.#in(call, async (firestore) => {
      const found = await this.#read(firestore, executionId);
      if (!found || found.claim.executionName !== undefined) return false;
      try {
        const change = { claimed_at: Date.now() };
        await this.#document(firestore, executionId).update(change, { lastUpdateTime: found.updateTime });
        return true;
      } catch (error) {
        if ((error as { code?: number }).code === failedPrecondition) return false;
        throw error;
      }
    });
  }

  /** Gives the right back: surely nothing was started. */
  release(executionId: string): Promise<void> {
    return this.#in(undefined, async (firestore) => {
      await this.#document(firestore, executionId).delete();
    });
  }

  attach(executionId: string, executionName: string): Promise<void> {
    this.#remember(executionId, executionName);
    return this.#in(undefined, async (firestore) => {
      await this.#document(firestore, executionId).update({ execution_name: executionName });
    });
  }

  async nameOf(executionId: string, call?: CallOptions): Promise<string | undefined> {
    return this.#names.get(executionId) ?? (await this.find(executionId, call))?.executionName;
  }

  /** `undefined` for an execution that is none of ours. */
  async executionIdOf(executionName: string, call?: CallOptions): Promise<string | undefined> {
    const known = this.#ids.get(executionName);
    if (known !== undefined) return known;
    if (!isExecutionName(this.#parts.config, executionName)) return undefined;
    const found = await this.#in(call, async (firestore) => {
      const { docs } = await this.#collection(firestore).where('execution_name', '==', executionName).limit(1).get();
      return docs[0]?.get('execution_id') as string | undefined;
    });
    const executionId = found ?? (await this.#askCloudRun(executionName, call));
    if (executionId !== undefined) this.#remember(executionId, executionName);
    return executionId;
  }

  /** For what was started by somebody who died before he could write the name down. */
  async #askCloudRun(executionName: string, call: CallOptions | undefined): Promise<string | undefined> {
    const { clients, config, lifecycle } = this.#parts;
    const client = await clients.executions();
    try {
      const asking = client.getExecution({ name: executionPath(config, executionName) });
      const [execution] = await lifecycle.settle(asking, call);
      return executionIdIn(execution);
    } catch (error) {
      if ((error as { code?: number }).code === notFound) return undefined;
      throw error;
    }
  }

  #create(executionId: string, fields: object, call: CallOptions | undefined): Promise<Claim | undefined> {
    return this.#in(call, async (firestore) => {
      for (;;) {
        try {
          await this.#document(firestore, executionId).create({ ...claimed(executionId), ...fields });
          return undefined;
        } catch (error) {
          if ((error as { code?: number }).code !== alreadyExists) throw error;
        }
        const found = await this.#read(firestore, executionId);
        // Given back meanwhile.
        if (found) return found.claim;
      }
    });
  }

  async #read(firestore: Firestore, executionId: string) {
    const snapshot = await this.#document(firestore, executionId).get();
    const fields = snapshot.data();
    if (!fields || !snapshot.updateTime) return undefined;
    const { claimed_at: claimedAt, execution_name: executionName, stopped_at: stoppedAt } = fields;
    if (executionName !== undefined) this.#remember(executionId, executionName);
    const claim: Claim = {
      claimedAt,
      ...(executionName !== undefined && { executionName }),
      ...(stoppedAt !== undefined && { stoppedAt }),
    };
    return { claim, updateTime: snapshot.updateTime };
  }

  async #in<T>(call: CallOptions | undefined, work: (firestore: Firestore) => Promise<T>): Promise<T> {
    const { lifecycle, clients } = this.#parts;
    lifecycle.enter(call);
    return lifecycle.settle(withinDeadline(clients.track(clients.firestore().then(work))), call);
  }

  #collection(firestore: Firestore) {
    return firestore.collection(`${this.#parts.config.firestore.prefix}tasks`);
  }

  #document(firestore: Firestore, executionId: string) {
    return this.#collection(firestore).doc(documentId(executionId));
  }

  #remember(executionId: string, executionName: string): void {
    this.#names.set(executionId, executionName);
    this.#ids.set(executionName, executionId);
    if (this.#names.size > remembered) {
      const [oldest, name] = this.#names.entries().next().value!;
      this.#names.delete(oldest);
      this.#ids.delete(name);
    }
  }
}

/** The document of a claim that is made now; compared with the times that Cloud Run gives, so it is the real time. */
function claimed(executionId: string) {
  const now = Date.now();
  return { execution_id: executionId, claimed_at: now, [expiryField]: new Date(now + lifetimeMilliseconds) };
}
