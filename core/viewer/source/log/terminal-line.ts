import { applySgr, plain, type TextStyle } from './text-style.ts';

/** A stretch of text that looks the same. */
export interface Segment {
  text: string;
  style: TextStyle;
  /** Only `http:` and `https:`. */
  link?: string;
}

export interface TerminalLine {
  segments: Segment[];
  /** With which the next line of the stream begins. */
  style: TextStyle;
}

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
/** CSI, OSC (ended by BEL or ST, or by the line), other escapes, and single control characters but the tab. */
const controls =
  /\x1b\[([0-?]*)[ -/]*([@-~])|\x1b\]([^\x07\x1b]*)(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]?|[\x00-\x08\x0a-\x1f\x7f]/g;
const anyControl = /[\x00-\x08\x0a-\x1f\x7f]/;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above
const longestOverwritten = 200;
/** A sequence may move the cursor as far as it likes. */
const widestLine = 100_000;

export function hasControls(text: string): boolean {
  return anyControl.test(text);
}

/** One line of output as a terminal without an edge would show it: colours, links, and what a carriage return overwrites. */
export function readTerminalLine(raw: string, start: TextStyle = plain): TerminalLine {
  if (!hasControls(raw)) return { segments: raw === '' ? [] : [{ text: raw, style: start }], style: start };
  // Windows' line ends overwrite nothing.
  const { text, style: begin } = lastOverwrites(raw.replace(/\r+$/, ''), start);
  const screen = new ScreenLine(begin);
  let from = 0;
  for (const match of text.matchAll(controls)) {
    screen.write(text.slice(from, match.index));
    from = match.index + match[0].length;
    screen.control(match);
  }
  screen.write(text.slice(from));
  return { segments: screen.segments(), style: screen.style };
}

/** What is seen of a line. */
export function visibleText(raw: string): string {
  if (!hasControls(raw)) return raw;
  return readTerminalLine(raw)
    .segments.map(({ text }) => text)
    .join('');
}

/** Progress bars repeat themselves thousands of times in one line; only the last ones can be seen. */
function lastOverwrites(text: string, start: TextStyle): { text: string; style: TextStyle } {
  const parts = text.split('\r');
  if (parts.length <= longestOverwritten) return { text, style: start };
  const dropped = parts.slice(0, -longestOverwritten).join('\r');
  let style = start;
  for (const [, parameters = '', final] of dropped.matchAll(controls))
    if (final === 'm') style = applySgr(style, parameters);
  return { text: parts.slice(-longestOverwritten).join('\r'), style };
}

class ScreenLine {
  style: TextStyle;
  #link: string | undefined;
  #at = 0;
  /** As long as nothing was overwritten, what was written is what is seen. */
  #runs: Segment[] = [];
  #cells: { character: string; style: TextStyle; link: string | undefined }[] | undefined;

  constructor(style: TextStyle) {
    this.style = style;
  }

  write(text: string): void {
    if (text === '') return;
    if (!this.#cells) {
      this.#runs.push({ text, style: this.style, ...(this.#link !== undefined && { link: this.#link }) });
      return;
    }
    for (const character of text) this.#put(character);
  }

  control([sequence, parameters = '', final, command]: RegExpMatchArray): void {
    if (command !== undefined) {
      this.#operatingSystemCommand(command);
      return;
    }
    const count = Math.min(widestLine, Number.parseInt(parameters, 10) || 1);
    switch (final ?? sequence) {
      case 'm':
        // Other sequences that end with m, as `ESC [ > 4 m`, have a private marker.
        if (/^[\d;:]*$/.test(parameters)) this.style = applySgr(this.style, parameters);
        break;
      case '\r':
        this.#toCells();
        this.#at = 0;
        break;
      case '\b':
        this.#toCells();
        this.#at = Math.max(0, this.#at - 1);
        break;
      case 'C':
        this.#toCells();
        this.#at = Math.min(widestLine, this.#at + count);
        break;
      case 'D':
        this.#toCells();
        this.#at = Math.max(0, this.#at - count);
        break;
      case 'G':
        this.#toCells();
        this.#at = count - 1;
        break;
      case 'K':
        this.#erase(parameters);
        break;
    }
  }

  segments(): Segment[] {
    if (!this.#cells) return this.#runs;
    const segments: Segment[] = [];
    for (let at = 0; at < this.#cells.length; at++) {
      const { character, style, link } = this.#cells[at] ?? blank;
      const last = segments.at(-1);
      if (last && last.style === style && last.link === link) last.text += character;
      else segments.push({ text: character, style, ...(link !== undefined && { link }) });
    }
    return segments;
  }

  /** `8;<parameters>;<address>` begins a link, and ends it without an address. */
  #operatingSystemCommand(command: string): void {
    const address = /^8;[^;]*;(.*)$/.exec(command)?.[1];
    if (address !== undefined) this.#link = /^https?:\/\//i.test(address) ? address : undefined;
  }

  #put(character: string): void {
    const cells = this.#cells!;
    while (cells.length < this.#at) cells.push(blank);
    cells[this.#at++] = { character, style: this.style, link: this.#link };
  }

  #toCells(): void {
    if (this.#cells) return;
    this.#cells = [];
    for (const { text, style, link } of this.#runs)
      for (const character of text) this.#cells.push({ character, style, link });
    this.#at = this.#cells.length;
  }

  #erase(parameters: string): void {
    this.#toCells();
    const cells = this.#cells!;
    if (parameters === '' || parameters === '0') cells.length = Math.min(cells.length, this.#at);
    else if (parameters === '2') cells.length = 0;
    else for (let at = 0; at <= Math.min(this.#at, cells.length - 1); at++) cells[at] = blank;
  }
}

const blank = { character: ' ', style: plain, link: undefined };
