import { invalidArgument } from '../cloud/cloud-error.ts';
import type { Entry } from './entry.ts';
import { comparison, contains } from './filter-comparison.ts';
import { type Token, tokensOf } from './filter-tokens.ts';

export type Filter = (entry: Entry) => boolean;

const longest = 20_000;
const reserved = new Set(['AND', 'OR', 'NOT']);
const operators = new Set(['=', '!=', ':', '>', '<', '>=', '<=', '=~', '!~']);

/**
 * The Logging query language: comparisons, `log_id(…)`, value lists, AND, OR, NOT, parentheses, text by itself. What stands side
 * by side is joined by AND. Throws INVALID_ARGUMENT.
 */
export function parseFilter(text: string): Filter {
  if (text.length > longest)
    throw invalidArgument(`Filter is too long: ${text.length} characters, the limit is ${longest}`);
  const parser = new Parser(tokensOf(text));
  return parser.all();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  all(): Filter {
    if (this.#tokens.length === 0) return () => true;
    const filter = this.#conjunction();
    if (this.#peek()) this.#fail();
    return filter;
  }

  /** OR binds more tightly than AND, unlike in most languages. */
  #conjunction(): Filter {
    const parts = [this.#disjunction()];
    while (this.#peek() && !this.#isSign(')')) {
      this.#skipWord('AND');
      parts.push(this.#disjunction());
    }
    return parts.length === 1 ? parts[0]! : (entry) => parts.every((part) => part(entry));
  }

  #disjunction(): Filter {
    const parts = [this.#term()];
    while (this.#skipWord('OR')) parts.push(this.#term());
    return parts.length === 1 ? parts[0]! : (entry) => parts.some((part) => part(entry));
  }

  #term(): Filter {
    if (this.#skipWord('NOT') || this.#skipSign('-')) {
      const negated = this.#term();
      return (entry) => !negated(entry);
    }
    if (this.#skipSign('(')) {
      const inner = this.#conjunction();
      this.#expect(')');
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Filter {
    const first = this.#text();
    if (!first.quoted && first.value === 'log_id' && this.#skipSign('(')) {
      const id = encodeURIComponent(this.#text().value);
      this.#expect(')');
      return (entry) => entry.logName.endsWith(`/logs/${id}`);
    }
    const path = [first.value];
    while (this.#skipSign('.')) path.push(this.#text().value);
    const sign = this.#peek();
    if (sign?.kind !== 'sign' || !operators.has(sign.value)) {
      const searched = path.join('.').toLowerCase();
      return (entry) => contains(entry, searched);
    }
    this.#at++;
    return this.#values(path, sign.value);
  }

  /** `field = value`, or `field = (value OR value)`. */
  #values(path: readonly string[], operator: string): Filter {
    if (!this.#skipSign('(')) return comparison(path, operator, this.#value());
    const first = comparison(path, operator, this.#value());
    const parts = [first];
    const joined = this.#isWord('AND') ? 'AND' : 'OR';
    while (this.#skipWord(joined)) parts.push(comparison(path, operator, this.#value()));
    this.#expect(')');
    return (entry) => (joined === 'AND' ? parts.every((part) => part(entry)) : parts.some((part) => part(entry)));
  }

  /** A word may have dots and dashes in it: a number, a time, the name of a resource. */
  #value(): string {
    let value = this.#skipSign('-') ? '-' : '';
    const first = this.#text();
    value += first.value;
    if (first.quoted) return value;
    while (this.#isSign('.') || this.#isSign(':')) {
      const sign = this.#tokens[this.#at]!.value;
      const next = this.#tokens[this.#at + 1];
      if (next?.kind !== 'text' || next.quoted) break;
      this.#at += 2;
      value += sign + next.value;
    }
    return value;
  }

  #text(): Token & { kind: 'text' } {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'text' || (!token.quoted && reserved.has(token.value))) this.#fail();
    this.#at++;
    return token as Token & { kind: 'text' };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #isSign(value: string): boolean {
    const token = this.#peek();
    return token?.kind === 'sign' && token.value === value;
  }

  #isWord(value: string): boolean {
    const token = this.#peek();
    return token?.kind === 'text' && !token.quoted && token.value === value;
  }

  #skipSign(value: string): boolean {
    if (!this.#isSign(value)) return false;
    this.#at++;
    return true;
  }

  #skipWord(value: string): boolean {
    if (!this.#isWord(value)) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#skipSign(sign)) this.#fail();
  }

  #fail(): never {
    const token = this.#peek();
    throw invalidArgument(
      `Unparseable filter: syntax error at ${token ? `token '${token.value}'` : 'the end of the filter'}`,
    );
  }
}
