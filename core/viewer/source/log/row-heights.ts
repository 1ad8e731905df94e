import type { LogStore } from './log-store.ts';

/**
 * How many text lines high each row is: one, or, when long lines are wrapped, as many as its columns need. Sums are kept by
 * page, so that finding a row among millions looks at one page only.
 */
export class RowHeights {
  readonly #store: LogStore;
  /** Columns that fit; 0: lines are not wrapped. */
  #columns = 0;
  /** Units before each page, and after the last one that was summed up. */
  #before: number[] = [0];
  /** Rows of the last page that are in the sum. */
  #summedRows = 0;

  constructor(store: LogStore) {
    this.#store = store;
  }

  /** Whether that changed anything. */
  wrapAt(columns: number): boolean {
    if (columns === this.#columns) return false;
    this.#columns = columns;
    this.#before = [0];
    this.#summedRows = 0;
    return true;
  }

  /** A row that was there already has become longer. */
  changed(row: number): void {
    if (this.#columns === 0 || row >= this.#summedRows) return;
    const index = this.#store.pageIndexOfRow(row);
    this.#before.length = Math.min(this.#before.length, index + 1);
    this.#summedRows = this.#store.pages[index]?.firstRow ?? 0;
  }

  total(): number {
    if (this.#columns === 0) return this.#store.rows;
    this.#sumUp();
    return this.#before.at(-1)!;
  }

  unitOf(row: number): number {
    if (this.#columns === 0) return row;
    this.#sumUp();
    const index = this.#store.pageIndexOfRow(row);
    const page = this.#store.pages[index];
    if (!page) return 0;
    let unit = this.#before[index]!;
    for (let at = 0; at < row - page.firstRow; at++) unit += this.#heightOf(page.width(at));
    return unit;
  }

  /** The row at a unit, and how many of its units lie before. */
  rowAt(unit: number): { row: number; into: number } {
    if (this.#columns === 0) {
      const row = Math.min(Math.max(0, Math.floor(unit)), Math.max(0, this.#store.rows - 1));
      return { row, into: unit - row };
    }
    this.#sumUp();
    let index = this.#before.findLastIndex((before, at) => before <= unit && at < this.#store.pages.length);
    if (index < 0) index = 0;
    const page = this.#store.pages[index];
    if (!page) return { row: 0, into: 0 };
    let left = unit - this.#before[index]!;
    for (let at = 0; at < page.rows; at++) {
      const height = this.#heightOf(page.width(at));
      if (left < height || at === page.rows - 1) return { row: page.firstRow + at, into: left };
      left -= height;
    }
    return { row: page.firstRow, into: 0 };
  }

  heightOfRow(row: number): number {
    if (this.#columns === 0) return 1;
    const page = this.#store.pageOfRow(row);
    return this.#heightOf(page.width(row - page.firstRow));
  }

  #heightOf(width: number): number {
    return width <= this.#columns ? 1 : Math.ceil(width / this.#columns);
  }

  /** Only the last page grows; it is summed up anew. */
  #sumUp(): void {
    if (this.#summedRows === this.#store.rows) return;
    const { pages } = this.#store;
    if (this.#before.length > 1) this.#before.pop();
    for (let index = this.#before.length - 1; index < pages.length; index++) {
      const page = pages[index]!;
      let sum = this.#before[index]!;
      for (let at = 0; at < page.rows; at++) sum += this.#heightOf(page.width(at));
      this.#before.push(sum);
    }
    this.#summedRows = this.#store.rows;
  }
}
