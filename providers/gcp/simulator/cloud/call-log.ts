/** Which calls to ask for; what is left out is any. */
export interface CallQuery {
  /** `projects` id. */
  project?: string;
  /** E-mail of a service account, or `owner`. */
  caller?: string;
  /** `RunJob`, or in full `google.cloud.run.v2.Jobs.RunJob`. */
  method?: string;
}

export interface CountedCall {
  project: string;
  caller: string;
  method: string;
  count: number;
}

/** Counts every RPC, refused ones included, because that is what quotas and bills count. */
export class CallLog {
  readonly #counted = new Map<string, CountedCall>();

  record(project: string, caller: string, method: string): void {
    const key = `${project} ${caller} ${method}`;
    const call = this.#counted.get(key);
    if (call) call.count++;
    else this.#counted.set(key, { project, caller, method, count: 1 });
  }

  count(query: CallQuery = {}): number {
    return this.list(query).reduce((sum, call) => sum + call.count, 0);
  }

  list(query: CallQuery = {}): CountedCall[] {
    return [...this.#counted.values()].filter(
      (call) =>
        (query.project === undefined || query.project === call.project) &&
        (query.caller === undefined || query.caller === call.caller) &&
        (query.method === undefined || isMethod(call.method, query.method)),
    );
  }

  /** Starts counting again, for one project or for all. */
  reset(project?: string): void {
    for (const [key, call] of this.#counted)
      if (project === undefined || call.project === project) this.#counted.delete(key);
  }
}

/** Whether a method's full name is meant by a full or short one, or by `*`. */
export const isMethod = (full: string, wanted: string): boolean =>
  wanted === '*' || full === wanted || full.endsWith(`.${wanted}`);
