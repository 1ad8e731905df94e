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

const kept = 10_000;

/** Counts what a deployment was asked. */
export class CallLog {
  #calls: LoggedCall[] = [];
  #counts = new Map<string, number>();

  add(call: LoggedCall): void {
    this.#counts.set(call.operation, (this.#counts.get(call.operation) ?? 0) + 1);
    this.#calls.push(call);
    if (this.#calls.length >= 2 * kept) this.#calls = this.#calls.slice(-kept);
  }

  /** The last ten thousand since the last `clear`, at least, in the order of their ends. */
  get all(): readonly LoggedCall[] {
    return this.#calls;
  }

  /** By operation; a prefix such as `dynamodb:` limits them. */
  counts(prefix = ''): Record<string, number> {
    return Object.fromEntries([...this.#counts].filter(([operation]) => operation.startsWith(prefix)));
  }

  count(operation: string): number {
    return this.#counts.get(operation) ?? 0;
  }

  clear(): void {
    this.#calls = [];
    this.#counts.clear();
  }
}
