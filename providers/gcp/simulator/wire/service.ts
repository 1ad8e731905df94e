import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Project } from '../cloud/project.ts';
import type { ProtoPackage } from './protos.ts';

export interface Call {
  readonly project: Project;
  /** E-mail of a service account, or `owner`. */
  readonly caller: string;
}

/** A permission that is needed on another resource than the call's own. */
export interface Need {
  permission: string;
  resource: string;
}

/** One RPC: what it needs, and what it does. */
export interface Method<Request, Response> {
  /** IAM permissions that the caller needs on the resource, all of them. */
  permission(request: Request): string | readonly string[];
  /** A resource name that begins with `projects/{id}`. */
  resource(request: Request): string;
  /** What it needs besides, e.g. on the account that a job runs as. */
  also?(request: Request, project: Project): readonly Need[];
  handle(request: Request, call: Call): Response | Promise<Response>;
}

export type AnyMethod = Method<never, object>;

/** A stream in both directions, whose messages are handed on as they are. */
export interface StreamMethod {
  permission: string;
  /** Of the first message. */
  resource(first: never): string;
  /** `first` is the first message's bytes. */
  handle(stream: ServerDuplexStream<Buffer, Buffer>, first: Buffer, project: Project): void;
}

/** A service as the real one is defined: its name in the protos, and the methods that are simulated. */
export interface Service {
  readonly package: ProtoPackage;
  /** E.g. `google.cloud.run.v2.Jobs`. */
  readonly name: string;
  readonly methods: Readonly<Record<string, AnyMethod>>;
  readonly streams?: Readonly<Record<string, StreamMethod>>;
  /** Where REST has other ways than the protos say: `GET /v1/{name=projects/*}`, by method. */
  readonly alsoByHttp?: Readonly<Record<string, string>>;
}

/** A service that Google's clients reach by REST only, because its protos are in no npm package. */
export interface JsonService {
  readonly name: string;
  readonly methods: Readonly<Record<string, AnyMethod & { http: string }>>;
}
