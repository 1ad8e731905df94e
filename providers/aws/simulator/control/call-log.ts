/** One call that came in, refused or not. */
export interface LoggedCall {
  /** `service:Operation`, e.g. `dynamodb:GetItem`. */
  operation: string;
  /** Of the caller. */
  role: string;
  /** The table, for DynamoDB. */
  resource?: string;
  /** The error's type, when it was refused. */
  error?: string;
}

/** Counts what a deployment was asked. */
export class CallLog {
  #calls: LoggedCall[] = [];

  add(call: LoggedCall): void {
    this.#calls.push(call);
  }

  /** Since the last `clear`, in the order of their ends. */
  get all(): readonly LoggedCall[] {
    return this.#calls;
  }

  /** By operation; a prefix such as `dynamodb:` limits them. */
  counts(prefix = ''): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { operation } of this.#calls) {
      if (operation.startsWith(prefix)) counts[operation] = (counts[operation] ?? 0) + 1;
    }
    return counts;
  }

  count(operation: string): number {
    return this.counts(operation)[operation] ?? 0;
  }

  clear(): void {
    this.#calls = [];
  }
}
