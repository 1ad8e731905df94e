/**
 * Replaces what differs from run to run by names that do not: the first execution id that is met becomes `<execution-1>`, here
 * and wherever else it appears.
 */
export class Mask {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  #pattern: RegExp | undefined;

  /** The name of a value; a new one of this kind when it was not met before. */
  learn(kind: string, value: string): string {
    const known = this.#names.get(value);
    if (known !== undefined || value === '') return known ?? value;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return this.#name(value, `<${kind}-${count}>`);
  }

  /** Gives a value a name without a number: there is one of its kind. */
  name(value: string, name: string): void {
    if (value !== '' && !this.#names.has(value)) this.#name(value, `<${name}>`);
  }

  /** A text with every known value replaced. */
  text(text: string): string {
    this.#pattern ??= patternOf([...this.#names.keys()]);
    return text.replace(this.#pattern, (value) => this.#names.get(value)!);
  }

  #name(value: string, name: string): string {
    this.#names.set(value, name);
    // As it travels in a URL.
    this.#names.set(encodeURIComponent(value.toWellFormed()), name);
    this.#pattern = undefined;
    return name;
  }
}

/** Any of these, as a word of its own where it is one; the longest first, because one may hold another. */
function patternOf(values: readonly string[]): RegExp {
  const sources = [...values]
    .sort((a, b) => b.length - a.length)
    .map((value) => {
      const source = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return `${/^\w/.test(value) ? '(?<!\\w)' : ''}${source}${/\w$/.test(value) ? '(?!\\w)' : ''}`;
    });
  return new RegExp(sources.join('|') || '(?!)', 'g');
}
