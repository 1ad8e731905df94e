import type { QueryCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb';
import type { CallOptions } from '@runvoy/core/provider';
import type { Dynamo, Page } from '../clients/dynamo.ts';
import type { Row } from './attribute.ts';

/** Rows one after another, read page by page as they are needed. */
export abstract class RowSource {
  #rows: Row[] = [];
  #at = 0;
  #next: Row | undefined;
  #started = false;

  protected abstract readPage(start: Row | undefined): Promise<Page>;

  /** The next row, which stays. */
  async head(): Promise<Row | undefined> {
    while (this.#at === this.#rows.length) {
      if (this.#started && !this.#next) return undefined;
      const { items, next } = await this.readPage(this.#next);
      this.#started = true;
      this.#rows = items;
      this.#at = 0;
      this.#next = next;
    }
    return this.#rows[this.#at];
  }

  /** Takes rows up to the first that fails the test. */
  async takeWhile(test: (row: Row) => boolean): Promise<Row[]> {
    const taken: Row[] = [];
    for (;;) {
      const row = await this.head();
      if (!row || !test(row)) return taken;
      taken.push(row);
      this.#at++;
    }
  }
}

const largestPage = 1000;
/** Of a filtered index: rows that are looked at for each that is wanted. */
const rowsPerMatch = 4;

/** One partition of an index. */
export class PartitionSource extends RowSource {
  readonly #dynamo: Dynamo;
  readonly #input: QueryCommandInput;
  readonly #call: CallOptions | undefined;
  #pageSize: number;

  constructor(
    dynamo: Dynamo,
    input: QueryCommandInput,
    size: { firstPage: number; isFiltered: boolean; isSorted: boolean },
    call: CallOptions | undefined,
  ) {
    super();
    this.#dynamo = dynamo;
    this.#input = input;
    this.#call = call;
    const wanted = size.isFiltered ? Math.max(100, size.firstPage * rowsPerMatch) : size.firstPage;
    // Without a sort key the whole partition is read anyway.
    this.#pageSize = size.isSorted ? Math.min(largestPage, wanted) : largestPage;
  }

  protected async readPage(start: Row | undefined): Promise<Page> {
    const Limit = this.#pageSize;
    this.#pageSize = Math.min(largestPage, Limit * 2);
    return this.#dynamo.query({ ...this.#input, Limit, ...(start && { ExclusiveStartKey: start }) }, this.#call);
  }
}

/** A whole table, which then has no order. */
export class ScanSource extends RowSource {
  readonly #dynamo: Dynamo;
  readonly #input: ScanCommandInput;
  readonly #call: CallOptions | undefined;

  constructor(dynamo: Dynamo, input: ScanCommandInput, call: CallOptions | undefined) {
    super();
    this.#dynamo = dynamo;
    this.#input = input;
    this.#call = call;
  }

  protected readPage(start: Row | undefined): Promise<Page> {
    return this.#dynamo.scan({ ...this.#input, ...(start && { ExclusiveStartKey: start }) }, this.#call);
  }
}
