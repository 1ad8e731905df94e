import type { HealthReport } from './api/index.ts';
import type { BackendLogEntry } from './contract/backend-logs.ts';
import type { ExecutionDocument, ImageDocument, SecretDocument, UserDocument } from './contract/collections.ts';
import type { LogPage } from './contract/logs.ts';
import type { HttpNotification } from './contract/notifications.ts';
import type { CallOptions } from './contract/plugin.ts';

/** Who makes a request, and under which id. Every service call takes one; `signal` ends with the caller's connection. */
export interface RequestContext {
  requestId: string;
  principal: Principal;
  clientAddress?: string;
  signal?: AbortSignal;
}

export interface Principal {
  email: string;
  role: string;
}

/** Users and API keys. */
export interface Users {
  /** The user of a key. Rejects with UNAUTHORIZED, INVALID_API_KEY, API_KEY_REVOKED or DATABASE_ERROR. */
  authenticate(apiKey: string | undefined, requestId: string): Promise<UserDocument>;
  list(context: RequestContext): Promise<UserDocument[]>;
  /** Invites: also somebody who was revoked. The user exists from the claim on; unclaimed it is gone after 15 minutes. */
  create(
    input: { email: string; role: string; apiKey?: string },
    context: RequestContext,
  ): Promise<{ user: UserDocument; claimToken: string }>;
  revoke(email: string, context: RequestContext): Promise<UserDocument>;
  /** A new key by claim link; the old one works until the new one is claimed. */
  rotate(email: string, context: RequestContext): Promise<{ user: UserDocument; claimToken: string }>;
  changeRole(email: string, role: string, context: RequestContext): Promise<UserDocument>;
  claim(
    token: string,
    clientAddress: string | undefined,
    requestId: string,
  ): Promise<{ apiKey: string; email: string }>;
  /** The first admin, with a key at once: only when there is no user at all. */
  bootstrap(email: string): Promise<{ apiKey: string; email: string } | undefined>;
  /** Whether a user was revoked, and has no other key. */
  isRevoked(email: string, call: CallOptions): Promise<boolean>;
}

export type Action = 'read' | 'create' | 'update' | 'delete' | 'use';

export interface Access {
  /** Whether a policy knows this role. */
  isRole(role: string): boolean;
  readonly roles: readonly string[];
  /** `object` is a normalised URL path such as `/api/v1/images/alpine:latest-c5c74c0e`; `owners` those of the resource, if it is one. */
  allows(principal: Principal, object: string, action: Action, owners?: readonly string[]): boolean;
}

export interface ImageInput {
  image: string;
  isDefault?: boolean;
  taskRole?: string;
  executionRole?: string;
  cpu?: number;
  memory?: number;
  platform?: string;
}

export interface Images {
  list(context: RequestContext): Promise<ImageDocument[]>;
  register(input: ImageInput, context: RequestContext): Promise<{ image: ImageDocument; notes: string[] }>;
  /** By image id, registered reference, or `name:tag`. */
  get(reference: string, context: RequestContext): Promise<ImageDocument>;
  /** For a run: like `get`, and the default image when none is named. */
  resolve(reference: string | undefined, context: RequestContext): Promise<ImageDocument>;
  /** By exact image id only. */
  remove(imageId: string, context: RequestContext): Promise<ImageDocument>;
}

export type SecretWithValue = SecretDocument & { value?: string };

export interface SecretStore {
  /** With `values: false` none is read. */
  list(context: RequestContext, options?: { values?: boolean }): Promise<SecretWithValue[]>;
  create(
    input: {
      name: string;
      keyName: string;
      value: string;
      description?: string;
    },
    context: RequestContext,
  ): Promise<SecretDocument>;
  get(name: string, context: RequestContext): Promise<SecretWithValue>;
  /** The document without its value: enough to decide on access. */
  find(name: string, context: RequestContext): Promise<SecretDocument>;
  update(
    name: string,
    input: { keyName?: string; value?: string; description?: string },
    context: RequestContext,
  ): Promise<SecretDocument>;
  remove(name: string, context: RequestContext): Promise<void>;
  /** Environment for a run; rejects with SECRET_NOT_FOUND naming the one that is missing or has no value. */
  reveal(names: readonly string[], context: RequestContext): Promise<Record<string, string>>;
}

export interface RunInput {
  command: { shell: string } | { argv: readonly string[] };
  image?: string;
  env: Record<string, string>;
  timeoutSeconds?: number;
  secrets: readonly string[];
  git?: { repo: string; ref?: string; path?: string };
  stdin?: Uint8Array;
  idempotencyKey?: string;
}

export interface ExecutionFilter {
  statuses?: readonly string[];
  createdBy?: string;
  image?: string;
  /** Milliseconds since the epoch, on the time of acceptance, both inclusive. */
  since?: number;
  until?: number;
}

export interface Executions {
  run(input: RunInput, context: RequestContext): Promise<ExecutionDocument>;
  list(
    query: ExecutionFilter & { limit: number; cursor?: string },
    context: RequestContext,
  ): Promise<{ executions: ExecutionDocument[]; cursor?: string }>;
  /** The record; one that has not ended and was not looked at lately is compared with the cloud first. */
  get(executionId: string, context: RequestContext): Promise<ExecutionDocument>;
  /** Like `get`, with what a start waits for. */
  status(executionId: string, context: RequestContext): Promise<{ execution: ExecutionDocument; detail?: string }>;
  /** `undefined` when there was nothing left to stop. */
  kill(executionId: string, context: RequestContext): Promise<ExecutionDocument | undefined>;
  logs(
    executionId: string,
    options: { after?: string; maximumBytes?: number },
    context: RequestContext,
  ): Promise<LogPage>;
  /** A token for the log stream of one execution, bound to the caller and to 24 hours. */
  streamToken(execution: ExecutionDocument, principal: Principal): Promise<string>;
  /** The execution that a token opens. Rejects with UNAUTHORIZED or FORBIDDEN; a revoked user's token is refused. */
  openStream(
    executionId: string,
    token: string,
    requestId: string,
  ): Promise<{ execution: ExecutionDocument; principal: Principal }>;
  /** Re-reads the cloud's truth and folds it in; ends with draining the log and the final record when the task is over. */
  refresh(task: { executionId: string } | { ref: string }, requestId: string): Promise<ExecutionDocument | undefined>;
  /** The same for a record that was read a moment ago. */
  follow(record: ExecutionDocument, requestId: string): Promise<ExecutionDocument>;
  /** Refreshes every execution that has not ended, and stops those over their deadline. */
  refreshActive(requestId: string): Promise<{ checked: number; changed: string[] }>;
  /** Calls back after every change of an execution's record that this process makes, until the returned function is called. */
  onChange(executionId: string, listener: (execution: ExecutionDocument) => void): () => void;
}

export interface HealthChecks {
  reconcile(requestId: string): Promise<HealthReport>;
}

export interface Trace {
  find(
    requestId: string,
    context: RequestContext,
  ): Promise<{
    logs: BackendLogEntry[];
    executions: ExecutionDocument[];
    secrets: SecretDocument[];
    users: UserDocument[];
    images: ImageDocument[];
  }>;
}

export interface ProcessOptions {
  /** Milliseconds since the epoch, by which this process must be done. Default: it has time. */
  deadline?: number;
  /** Takes work that can only be done once the caller has been answered. Default: it is begun at once. */
  afterAnswer?(work: () => Promise<void>): void;
}

export interface Processed {
  /** How many things the notification told; 0: it is none of ours. */
  events: number;
  /** How many of the tasks that it names have no record. */
  unknownTasks: number;
}

/** What came by HTTP from the cloud and could not be acted on, since it was last asked. */
export interface NotificationProblems {
  /** Nobody can understand it. */
  malformed: number;
  /** It named a task that has no record, again and again. */
  dropped: number;
}

export interface Notifications {
  /**
   * Acts on one HTTP request of the cloud, and resolves when it need not be delivered again. Rejects with UNAUTHORIZED when it is
   * not the cloud's, and otherwise with whatever a repetition may cure.
   */
  receive(request: HttpNotification, requestId: string): Promise<void>;
  /** Counts, and starts to count anew. */
  takeProblems(): NotificationProblems;
}

/** The product without its entrances: what HTTP, sockets and an embedded CLI call. */
export interface Runvoy {
  readonly version: string;
  readonly provider: { name: string; region?: string };
  readonly users: Users;
  readonly access: Access;
  readonly images: Images;
  readonly secrets: SecretStore;
  readonly executions: Executions;
  readonly health: HealthChecks;
  readonly trace: Trace;
  /** Only on a cloud that calls us. */
  readonly notifications?: Notifications;
  /**
   * Decodes one notification of the cloud and acts on it. Rejects with INVALID_REQUEST for one that is malformed, and as
   * `Executions.openStream` for a socket that must not be opened.
   */
  process(raw: unknown, requestId: string, options?: ProcessOptions): Promise<Processed>;
  close(): Promise<void>;
}
