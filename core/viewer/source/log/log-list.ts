import type { LogStore } from './log-store.ts';
import { createRowElement, formatRowTime, type RowLook } from './row-element.ts';
import { RowHeights } from './row-heights.ts';
import { ScrollRange } from './scroll-range.ts';
import { throttle } from './throttle.ts';

export interface LogListEvents {
  /** The user scrolled away from the end, or back to it. */
  onFollow(following: boolean): void;
  /** The user chose a line; `extend`: from the one chosen before up to it. */
  onSelect(line: number, extend: boolean): void;
  onFailure(error: unknown): void;
}

const overscanPixels = 400;
const fetchDelay = 60;
/** Nobody reads lines that rush by: output is drawn less often than the screen could. */
const growMilliseconds = 60;
const probeText = '0'.repeat(100);

/**
 * The rows in view, of any number of rows. Made by hand, not by the component library: sixty times a second some rows leave
 * and others come, and nothing else changes.
 */
export class LogList {
  readonly #viewport: HTMLElement;
  readonly #canvas = document.createElement('div');
  readonly #layer = document.createElement('div');
  readonly #probe = document.createElement('div');
  readonly #store: LogStore;
  readonly #events: LogListEvents;
  readonly #heights: RowHeights;
  readonly #range = new ScrollRange();
  readonly #elements = new Map<number, HTMLElement>();
  readonly #stopped = new AbortController();
  #look: RowLook = { times: 'off', start: 0, search: undefined };
  #wrap = false;
  #following = false;
  #selection: { from: number; to: number } | undefined;
  #current: number | undefined;
  readonly #scheduleGrowth = throttle(() => this.#schedule(), growMilliseconds);
  #frame = 0;
  #fetchTimer: ReturnType<typeof setTimeout> | undefined;
  #lineHeight = 20;
  #columnWidth = 8;
  #gutter = 0;
  #digits = 0;
  /** What was set last, to tell it from what the user does. */
  #scrollTop = 0;

  constructor(viewport: HTMLElement, store: LogStore, events: LogListEvents) {
    this.#viewport = viewport;
    this.#store = store;
    this.#events = events;
    this.#heights = new RowHeights(store);
    this.#canvas.className = 'log-canvas';
    this.#layer.className = 'log-layer';
    this.#probe.className = 'log-row log-probe';
    this.#probe.setAttribute('aria-hidden', 'true');
    this.#canvas.append(this.#layer);
    viewport.append(this.#probe, this.#canvas);
    const { signal } = this.#stopped;
    viewport.addEventListener('scroll', () => this.#scrolled(), { signal, passive: true });
    viewport.addEventListener('wheel', (event) => this.#wheeled(event), { signal, passive: false });
    viewport.addEventListener('keydown', (event) => this.#pressed(event), { signal });
    viewport.addEventListener('click', (event) => this.#clicked(event), { signal });
    const observer = new ResizeObserver(() => this.#measure());
    observer.observe(viewport);
    signal.addEventListener('abort', () => observer.disconnect());
    signal.addEventListener(
      'abort',
      store.onChange((change, row) => this.#changed(change, row)),
    );
    this.#measure();
  }

  destroy(): void {
    this.#stopped.abort();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#fetchTimer);
    this.#scheduleGrowth.cancel();
    this.#viewport.replaceChildren();
  }

  setLook(look: Partial<RowLook>): void {
    this.#look = { ...this.#look, ...look };
    this.#redraw();
    this.#measure();
  }

  setWrap(wrap: boolean): void {
    if (wrap === this.#wrap) return;
    this.#wrap = wrap;
    this.#viewport.dataset.wrap = String(wrap);
    this.#redraw();
    this.#measure();
  }

  /** Stays at the end as it moves on. */
  follow(following: boolean): void {
    this.#following = following;
    if (following) this.#moveTo(this.#range.lowest);
  }

  select(selection: { from: number; to: number } | undefined): void {
    this.#selection = selection;
    this.#mark();
  }

  /** The row of the match that the user is at. */
  setCurrent(row: number | undefined): void {
    this.#current = row;
    this.#mark();
  }

  /** Brings a row to the middle, if it is not in view. */
  show(row: number): void {
    const top = this.#heights.unitOf(row) * this.#lineHeight;
    const { clientHeight } = this.#viewport;
    if (top >= this.#range.top && top + this.#lineHeight <= this.#range.top + clientHeight) return;
    this.#moveTo(top - clientHeight / 2);
  }

  scrollBy(amount: 'line' | 'page', direction: 1 | -1): void {
    const page = this.#viewport.clientHeight - 2 * this.#lineHeight;
    this.#moveByUser(direction * (amount === 'line' ? this.#lineHeight : page));
  }

  scrollToStart(): void {
    this.#setFollowing(false);
    this.#moveTo(0);
  }

  /** Somebody wants to look at another place. */
  leaveEnd(): void {
    this.#setFollowing(false);
  }

  /** The first row in view. */
  get topRow(): number {
    return this.#heights.rowAt(this.#range.top / this.#lineHeight).row;
  }

  #changed(change: 'added' | 'fetched', row: number): void {
    if (change === 'added') this.#heights.changed(row);
    for (const [index, element] of this.#elements) {
      if (change === 'added' ? index < row : !('missing' in element.dataset)) continue;
      element.remove();
      this.#elements.delete(index);
    }
    if (change === 'added') this.#scheduleGrowth();
    else this.#schedule();
  }

  #redraw(): void {
    for (const element of this.#elements.values()) element.remove();
    this.#elements.clear();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#render());
  }

  /** What depends on the fonts, the gutter and the size of the viewport. */
  #measure(): void {
    this.#digits = String(Math.max(1000, this.#store.rows)).length;
    const time = this.#look.times === 'off' ? undefined : Date.now();
    const probe = createRowElement(
      {
        line: 10 ** this.#digits - 1,
        time: time ?? 0,
        stream: 'stderr',
        continued: false,
        text: new Uint8Array(),
        style: {},
      },
      this.#look,
    );
    const widestTime = formatRowTime(Date.now(), this.#look).length;
    this.#viewport.style.setProperty('--digits', String(this.#digits));
    this.#viewport.style.setProperty('--time-width', String(widestTime));
    this.#probe.replaceChildren(...probe.childNodes);
    const text = this.#probe.lastElementChild as HTMLElement;
    const inner = document.createElement('span');
    inner.textContent = probeText;
    text.append(inner);
    this.#lineHeight = this.#probe.getBoundingClientRect().height || 20;
    this.#columnWidth = inner.getBoundingClientRect().width / probeText.length || 8;
    this.#gutter = text.offsetLeft;
    text.replaceChildren();
    const room = this.#viewport.clientWidth - this.#gutter - this.#lineHeight / 2;
    const { topRow } = this;
    // The line that was at the top stays there, however high those before it have become.
    if (this.#heights.wrapAt(this.#wrap ? Math.max(10, Math.floor(room / this.#columnWidth)) : 0))
      this.#moveTo(this.#heights.unitOf(topRow) * this.#lineHeight);
    this.#schedule();
  }

  #render(): void {
    this.#frame = 0;
    if (String(Math.max(1000, this.#store.rows)).length !== this.#digits) this.#measure();
    const view = this.#viewport.clientHeight;
    this.#range.resize(this.#heights.total() * this.#lineHeight, view);
    this.#canvas.style.height = `${this.#range.height}px`;
    const width = this.#gutter + (this.#store.widest + 2) * this.#columnWidth;
    this.#canvas.style.width = this.#wrap || width <= this.#viewport.clientWidth ? '' : `${Math.ceil(width)}px`;
    if (this.#following) this.#range.moveTo(this.#range.lowest);
    this.#syncScrollBar();
    this.#placeRows(view);
  }

  #placeRows(view: number): void {
    const { top } = this.#range;
    const start = Math.max(0, top - overscanPixels);
    const { row: first, into } = this.#heights.rowAt(start / this.#lineHeight);
    const firstTop = start - into * this.#lineHeight;
    const bottom = top + view + overscanPixels;
    let last = first - 1;
    for (let at = firstTop; at < bottom && last + 1 < this.#store.rows; )
      at += this.#heights.heightOfRow(++last) * this.#lineHeight;
    for (const [index, element] of this.#elements) {
      if (index >= first && index <= last) continue;
      element.remove();
      this.#elements.delete(index);
    }
    let missing = false;
    let place = this.#layer.firstElementChild;
    for (let index = first; index <= last; index++) {
      let element = this.#elements.get(index);
      if (element) {
        place = element.nextElementSibling;
      } else {
        element = createRowElement(this.#store.row(index), this.#look);
        this.#layer.insertBefore(element, place);
        this.#elements.set(index, element);
        this.#markRow(index, element);
      }
      missing ||= 'missing' in element.dataset;
    }
    this.#layer.style.transform = `translateY(${this.#scrollTop + firstTop - top}px)`;
    if (missing) this.#fetchLater(first, last);
  }

  /** Not while the user flies over them. */
  #fetchLater(first: number, last: number): void {
    clearTimeout(this.#fetchTimer);
    this.#fetchTimer = setTimeout(() => {
      const from = this.#store.pageIndexOfRow(first);
      const to = this.#store.pageIndexOfRow(last);
      this.#store.ensure(from, to, this.#stopped.signal).catch((error: unknown) => {
        if (!this.#stopped.signal.aborted) this.#events.onFailure(error);
      });
    }, fetchDelay);
  }

  #syncScrollBar(): void {
    const wanted = this.#range.scrollTop;
    if (Math.abs(this.#viewport.scrollTop - wanted) > 0.5) this.#viewport.scrollTop = wanted;
    this.#scrollTop = this.#viewport.scrollTop;
  }

  #scrolled(): void {
    const { scrollTop } = this.#viewport;
    if (Math.abs(scrollTop - this.#scrollTop) < 1) return;
    const before = this.#range.top;
    this.#scrollTop = scrollTop;
    this.#range.moveToScrollTop(scrollTop);
    this.#noteUserMove(before);
    // At once: the browser has moved the rows already.
    cancelAnimationFrame(this.#frame);
    this.#render();
  }

  /** Over a scaled bar a turn of the wheel must move by what it says, and not by a multiple. */
  #wheeled(event: WheelEvent): void {
    if (!this.#range.scaled || event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? this.#lineHeight : event.deltaMode === 2 ? this.#viewport.clientHeight : 1;
    this.#moveByUser(event.deltaY * unit);
  }

  #pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.#viewport) return;
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') this.scrollBy('line', key === 'ArrowDown' ? 1 : -1);
    else if (key === 'PageDown' || key === 'PageUp') this.scrollBy('page', key === 'PageDown' ? 1 : -1);
    else if (key === 'Home') this.scrollToStart();
    else if (key === 'End') this.#setFollowing(true);
    else return;
    event.preventDefault();
  }

  #clicked(event: MouseEvent): void {
    const number = (event.target as Element).closest?.('.line-number');
    const line = Number(number?.closest<HTMLElement>('.log-row')?.dataset.line);
    if (!number || !Number.isFinite(line) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#events.onSelect(line, event.shiftKey);
  }

  #moveByUser(pixels: number): void {
    const before = this.#range.top;
    this.#range.moveTo(before + pixels);
    this.#noteUserMove(before);
    this.#schedule();
  }

  #noteUserMove(before: number): void {
    if (this.#range.top < before) this.#setFollowing(false);
    else if (this.#range.top > before && this.#range.atEnd) this.#setFollowing(true);
  }

  #setFollowing(following: boolean): void {
    if (following) this.#moveTo(this.#range.lowest);
    if (following === this.#following) return;
    this.#following = following;
    this.#events.onFollow(following);
  }

  #moveTo(top: number): void {
    this.#range.resize(this.#heights.total() * this.#lineHeight, this.#viewport.clientHeight);
    this.#range.moveTo(top);
    this.#schedule();
  }

  #mark(): void {
    for (const [index, element] of this.#elements) this.#markRow(index, element);
  }

  #markRow(index: number, element: HTMLElement): void {
    const line = Number(element.dataset.line);
    const selected = this.#selection !== undefined && line >= this.#selection.from && line <= this.#selection.to;
    element.classList.toggle('selected', selected);
    element.classList.toggle('current', index === this.#current);
  }
}
