/** Browsers limit the height of an element: Firefox to about 17 million pixels. */
const tallest = 8_000_000;

/**
 * Where a viewport stands over content of any height. Beyond what an element can be high the scroll bar is scaled: `top` is
 * exact, the element's `scrollTop` stands for it.
 */
export class ScrollRange {
  /** Pixels of content above the viewport. */
  top = 0;
  #content = 0;
  #view = 0;

  /** Height of the element that is scrolled. */
  get height(): number {
    return Math.min(this.#content, tallest);
  }

  get scaled(): boolean {
    return this.#content > tallest;
  }

  get lowest(): number {
    return Math.max(0, this.#content - this.#view);
  }

  get atEnd(): boolean {
    return this.top >= this.lowest - 1;
  }

  get scrollTop(): number {
    return this.scaled ? (this.top / this.lowest) * (tallest - this.#view) : this.top;
  }

  resize(content: number, view: number): void {
    this.#content = content;
    this.#view = view;
    this.moveTo(this.top);
  }

  moveTo(top: number): void {
    this.top = Math.min(this.lowest, Math.max(0, top));
  }

  /** The user has moved the scroll bar. */
  moveToScrollTop(scrollTop: number): void {
    this.moveTo(this.scaled ? (scrollTop / (tallest - this.#view)) * this.lowest : scrollTop);
  }
}
