import type { protos } from '@google-cloud/run';
import type { Cloud } from '../cloud/cloud.ts';
import { notFound } from '../cloud/cloud-error.ts';
import { milliseconds } from '../cloud/time.ts';
import { packAny } from '../wire/protos.ts';
import type { Method, Service } from '../wire/service.ts';
import type { Execution, Job, Operation } from './types.ts';

type Subject = { type: 'Job'; value: Job } | { type: 'Execution'; value: Execution };

interface Pending {
  /** The resource, alive: every look at the operation shows it as it is now. */
  subject: Subject;
  done: boolean;
  error?: { code: number; message: string };
  waiting: Set<() => void>;
}

/** Long-running operations of one project. */
export class Operations {
  readonly #cloud: Cloud;
  readonly #operations = new Map<string, Pending>();

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** One that is under way; `settle` ends it. */
  begin(parent: string, subject: Subject): { name: string; settle(error?: { code: number; message: string }): void } {
    const name = `${parent}/operations/${this.#cloud.random.uuid()}`;
    const pending: Pending = { subject, done: false, waiting: new Set() };
    this.#operations.set(name, pending);
    return {
      name,
      settle(error) {
        if (pending.done) return;
        pending.done = true;
        if (error) pending.error = error;
        for (const wake of pending.waiting) wake();
      },
    };
  }

  show(name: string): Operation {
    const { subject, done, error } = this.#find(name);
    const packed = packAny('run', `google.cloud.run.v2.${subject.type}`, subject.value);
    return {
      name,
      done,
      metadata: packed,
      ...(done && (error ? { error } : { response: packed })),
    };
  }

  /** Returns when it is done, and at the latest after the timeout. */
  async wait(name: string, timeoutMs: number): Promise<Operation> {
    const pending = this.#find(name);
    if (!pending.done)
      await new Promise<void>((resolve) => {
        const stop = this.#cloud.timers.after(timeoutMs, resolve);
        pending.waiting.add(() => {
          stop();
          resolve();
        });
      });
    return this.show(name);
  }

  remove(name: string): void {
    this.#find(name);
    this.#operations.delete(name);
  }

  #find(name: string): Pending {
    const found = this.#operations.get(name);
    if (!found) throw notFound(`Operation '${name}' was not found.`);
    return found;
  }
}

const named = ({ name }: { name?: string | null }): string => name ?? '';
const longestWaitMs = 30_000;

const getOperation: Method<protos.google.longrunning.IGetOperationRequest, Operation> = {
  permission: () => 'run.operations.get',
  resource: named,
  handle: (request, { project }) => project.run.operations.show(named(request)),
};

const waitOperation: Method<protos.google.longrunning.IWaitOperationRequest, Operation> = {
  permission: () => 'run.operations.get',
  resource: named,
  handle: (request, { project }) =>
    project.run.operations.wait(
      named(request),
      Math.min(request.timeout ? milliseconds(request.timeout) : longestWaitMs, longestWaitMs),
    ),
};

const deleteOperation: Method<protos.google.longrunning.IDeleteOperationRequest, object> = {
  permission: () => 'run.operations.delete',
  resource: named,
  handle(request, { project }) {
    project.run.operations.remove(named(request));
    return {};
  },
};

/** `google.longrunning.Operations`, of Cloud Run. */
export const operationsService: Service = {
  package: 'run',
  name: 'google.longrunning.Operations',
  methods: { GetOperation: getOperation, WaitOperation: waitOperation, DeleteOperation: deleteOperation },
};
