/** One resource that an apply would touch. */
export interface Change {
  action: 'create' | 'update' | 'replace' | 'delete' | 'import';
  /** As the template or module calls it, e.g. `APIKeysTable`, `google_pubsub_topic.stream["logs"]`. */
  resource: string;
  /** As the cloud calls it, e.g. `AWS::DynamoDB::Table`. */
  type: string;
  /** What is lost when it is replaced or deleted cannot be made again. */
  holdsData: boolean;
}

export interface Plan {
  changes: readonly Change[];
  /** What the cloud calls it, if it keeps it: an apply then makes exactly these changes. */
  id?: string;
}

export interface Deployment {
  /** `busy`: somebody's operation is under way. `failed`: the last one ended badly; a new apply may repair it. */
  state: 'absent' | 'ready' | 'busy' | 'failed';
  /** The cloud's own word for it. */
  detail: string;
  outputs: Readonly<Record<string, unknown>>;
  /** Resources that are no longer as they were made; only where it was asked for. */
  drift?: readonly { resource: string; type: string; how: string }[];
}

/** Told as each resource is begun, made, changed or removed. */
export type Progress = (resource: string, what: string) => void;

/** What must be there before anything can be planned. */
export interface Preparation {
  /** One line each, for people; none when all is there. */
  needs: readonly string[];
  run(progress: Progress): Promise<void>;
}

export interface DestroyOptions {
  deleteData: boolean;
}

export interface Destroyed {
  /** What holds data and was left behind, with what it is called in the cloud. */
  kept: readonly string[];
}

/** One deployment in one cloud. Rejects with `RunvoyError`s whose remedy says what to do about the cause. */
export interface InfraDriver {
  /** For people, e.g. `stack runvoy-backend in eu-west-1`. */
  readonly title: string;
  status(options?: { drift: boolean }): Promise<Deployment>;
  /** Follows an operation that is under way, whoever started it, to its end. */
  settle(progress: Progress): Promise<void>;
  preparation?(): Promise<Preparation>;
  plan(progress: Progress): Promise<Plan>;
  /** Begins what was planned, and returns when the cloud has accepted it. */
  begin(plan: Plan): Promise<void>;
  /** Forgets a plan that nobody wants. */
  discard(plan: Plan): Promise<void>;
  destroy(options: DestroyOptions, progress: Progress, wait: boolean): Promise<Destroyed>;
  /** Where clients reach the API; absent when there is no server yet. */
  endpoint(outputs: Deployment['outputs']): string | undefined;
  /** What an operator has to do before there is one. */
  nextStep?(outputs: Deployment['outputs']): string | undefined;
  /** Settings with which runvoy itself runs on the deployment. */
  environment(outputs: Deployment['outputs']): Record<string, string>;
}
