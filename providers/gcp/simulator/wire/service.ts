import type { Project } from '../cloud/project.ts';
import type { ProtoPackage } from './protos.ts';

export interface Call {
  readonly project: Project;
  /** E-mail of a service account, or `owner`. */
  readonly caller: string;
}

/** One RPC: what it needs, and what it does. */
export interface Method<Request, Response> {
  /** IAM permissions that the caller needs, all of them. */
  permission(request: Request): string | readonly string[];
  /** What they are needed on: a resource name that begins with `projects/{id}`. */
  resource(request: Request): string;
  handle(request: Request, call: Call): Response | Promise<Response>;
}

export type AnyMethod = Method<never, object>;

/** A service as the real one is defined: its name in the protos, and the methods that are simulated. */
export interface Service {
  readonly package: ProtoPackage;
  /** E.g. `google.cloud.run.v2.Jobs`. */
  readonly name: string;
  readonly methods: Readonly<Record<string, AnyMethod>>;
}
