import { Mask } from './mask.ts';
import { maskJson } from './mask-json.ts';

const width = 110;

/** Who did what and what came back, as text that is the same on every provider. */
export class Transcript {
  readonly mask = new Mask();
  readonly #lines: string[] = [];

  /** Begins a part. */
  scene(title: string): void {
    if (this.#lines.length > 0) this.#lines.push('');
    this.#lines.push(`## ${title}`);
  }

  /** A line as it is, known values replaced. */
  line(text: string): void {
    this.#lines.push(this.mask.text(text));
  }

  /** What belongs to the line before. */
  indented(text: string): void {
    for (const line of text.split('\n')) this.#lines.push(`  ${this.mask.text(line)}`.trimEnd());
  }

  json(value: unknown): void {
    this.indented(layOut(maskJson(value, this.mask)));
  }

  /** Text that a program wrote, line by line; it shows whether the last one has an end. */
  output(name: string, text: string): void {
    if (text === '') return;
    const lines = this.mask.text(text).split('\n');
    const last = lines.pop();
    for (const line of lines) this.#lines.push(`  ${name}| ${visible(line)}`.trimEnd());
    if (last !== '') this.#lines.push(`  ${name}| ${visible(last!)}⏎✗`);
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}

/** One line where it fits, otherwise one line a field. */
function layOut(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || flat.length + indent.length <= width) return flat;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => inner + layOut(item, inner))
    : Object.entries(value).map(([name, item]) => `${inner}${JSON.stringify(name)}: ${layOut(item, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

/** Control characters as escapes. */
function visible(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return line.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (character) => JSON.stringify(character).slice(1, -1));
}
