import type * as api from '../api/index.ts';
import type { EndFrame, LogFrame, StatusFrame } from '../sockets/protocol.ts';

export interface TransportRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path below the endpoint with its query, e.g. `/api/v1/run`. */
  path: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

export interface TransportResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
}

/** A text-message socket: the part of the browser's WebSocket that the client needs. */
export interface ClientSocket {
  /** Frames come as text, or as the UTF-8 bytes of text: whichever is cheaper here. */
  onmessage: ((data: string | Uint8Array) => void) | null;
  /** Exactly once, also when the connection could not be made. `status`: HTTP status of a refused upgrade. */
  onclose: ((event: { code: number; reason: string; status?: number }) => void) | null;
  /** Stops and resumes reading, so that a slow consumer is felt by the sender. Absent in browsers. */
  pause?(): void;
  resume?(): void;
  close(code?: number): void;
}

/** How the client reaches a server: over the network in Node, in a browser, or inside the same process. */
export interface Transport {
  request(request: TransportRequest): Promise<TransportResponse>;
  openSocket(url: string): ClientSocket;
  close(): Promise<void>;
}

export interface FollowOptions {
  /** Resume after this cursor. */
  after?: string;
  /** With `false`: the lines so far, then the end frame. Default `true`. */
  follow?: boolean;
  signal?: AbortSignal;
}

/** What following yields, in order. Lines come as UTF-8, each ended by `\n`, ready to be written. */
export type FollowEvent =
  | StatusFrame
  | (LogFrame & { text: Uint8Array })
  /** The connection was lost; the next event comes from a new one, with nothing lost or repeated. */
  | { type: 'reconnecting'; attempt: number; reason: string }
  | EndFrame;

/** Every route of the API, typed. A failure rejects with the server's `RunvoyError`, or `SERVICE_UNAVAILABLE` without one. */
export interface Client {
  health(): Promise<api.Health>;
  whoami(): Promise<api.Whoami>;
  claim(token: string): Promise<api.Claim>;

  run(request: api.RunRequest, options?: { idempotencyKey?: string; signal?: AbortSignal }): Promise<api.RunResponse>;
  listExecutions(query?: api.ExecutionListQuery): Promise<{ executions: api.Execution[]; cursor?: string }>;
  executionStatus(executionId: string): Promise<api.ExecutionStatusResponse>;
  /** `undefined` when there was nothing left to stop. */
  killExecution(executionId: string): Promise<api.KillResponse | undefined>;
  logs(executionId: string, query?: { limit?: number; after?: string }): Promise<api.LogsResponse>;
  /** Follows a log to its end, re-connecting and resuming as often as needed (backing off up to 10 s between attempts). */
  follow(executionId: string, options?: FollowOptions): AsyncIterable<FollowEvent>;

  listUsers(): Promise<api.User[]>;
  createUser(request: api.CreateUserRequest): Promise<api.CreateUserResponse>;
  revokeUser(email: string): Promise<{ message: string; email: string }>;
  rotateUser(email: string): Promise<api.CreateUserResponse>;
  changeRole(email: string, role: string): Promise<api.User>;
  /** A new key for the caller, to be claimed. */
  rotateOwnKey(): Promise<api.CreateUserResponse>;

  listImages(): Promise<api.Image[]>;
  registerImage(request: api.RegisterImageRequest): Promise<api.RegisterImageResponse>;
  getImage(reference: string): Promise<api.Image>;
  removeImage(imageId: string): Promise<{ image: string; message: string }>;

  /** With `values: false`, for lists: nobody needs all values at once. */
  listSecrets(query?: { values?: boolean }): Promise<api.Secret[]>;
  createSecret(request: api.CreateSecretRequest): Promise<{ message: string }>;
  getSecret(name: string): Promise<api.Secret>;
  updateSecret(name: string, request: api.UpdateSecretRequest): Promise<{ message: string }>;
  removeSecret(name: string): Promise<{ name: string; message: string }>;

  reconcile(): Promise<api.ReconcileResponse>;
  trace(requestId: string): Promise<api.TraceResponse>;
  close(): Promise<void>;
}

export interface ClientOptions {
  transport: Transport;
  apiKey?: string;
  /** Sent as `User-Agent`, where the platform allows. */
  userAgent?: string;
}
