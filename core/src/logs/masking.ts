import { encodedForms, type Form } from './encoded-forms.ts';

/** Values shorter than this many bytes of UTF-8 are left alone: masking `1` or `no` would blank out most of a log. */
export const minimumMaskedBytes = 4;

const replacement = Buffer.from('***');

export interface Masker {
  /**
   * Replaces every form of every value by `***`. `block` is one or more complete lines (a form never spans lines). Returns
   * the same buffer, untouched, when there is nothing to hide.
   */
  mask(block: Buffer): Buffer;
}

/**
 * Hides values in output: as they are, line by line when a value has several lines, and as JSON, URL, form, shell, XML, hex,
 * base64 and base64url encodings of them, at any position of a larger encoded text. `undefined` when there is nothing to hide.
 */
export function createMasker(values: readonly string[]): Masker | undefined {
  const forms = new Map<string, Form>();
  for (const value of new Set(values)) {
    for (const form of encodedForms(value.trim(), minimumMaskedBytes)) {
      const key = `${form.bytes.toString('latin1')} ${form.before} ${form.after}`;
      forms.set(key, form);
    }
  }
  if (forms.size === 0) return undefined;
  const search = createSearch([...forms.values()]);
  return {
    mask(block) {
      const hits = search(block);
      return hits.length === 0 ? block : replace(block, hits);
    },
  };
}

/** `hits`: start and end of each, in order, apart from each other. */
function replace(block: Buffer, hits: number[]): Buffer {
  const parts: Buffer[] = [];
  let copied = 0;
  for (let i = 0; i < hits.length; i += 2) {
    parts.push(block.subarray(copied, hits[i]), replacement);
    copied = hits[i + 1]!;
  }
  parts.push(block.subarray(copied));
  return Buffer.concat(parts);
}

const hashSize = 8192;
const hash = (first: number, second: number): number => ((first << 5) ^ second) & (hashSize - 1);

/**
 * Finds all patterns at once (Wu-Manber): looks at the last two bytes of a window as wide as the shortest pattern and, unless
 * some pattern has them there, moves on by nearly the whole window. One pass for any number of values, where a search each
 * would cost dozens.
 */
function createSearch(forms: Form[]): (block: Buffer) => number[] {
  const width = Math.min(255, ...forms.map((form) => form.bytes.length));
  const shifts = new Uint8Array(hashSize).fill(width - 1);
  const buckets = new Map<number, Form[]>();
  for (const form of forms) {
    for (let last = 1; last < width; last++) {
      const at = hash(form.bytes[last - 1]!, form.bytes[last]!);
      shifts[at] = Math.min(shifts[at]!, width - 1 - last);
      if (last === width - 1) buckets.set(at, [...(buckets.get(at) ?? []), form]);
    }
  }

  return (block) => {
    const hits: number[] = [];
    const length = block.length;
    let end = width - 1;
    while (end < length) {
      const at = ((block[end - 1]! << 5) ^ block[end]!) & (hashSize - 1);
      const shift = shifts[at]!;
      if (shift > 0) {
        end += shift;
        continue;
      }
      const start = end - width + 1;
      for (const form of buckets.get(at)!) if (matches(block, start, form.bytes)) addHit(hits, block, start, form);
      end++;
    }
    return hits;
  };
}

function matches(block: Buffer, start: number, bytes: Buffer): boolean {
  if (start + bytes.length > block.length) return false;
  for (let i = 0; i < bytes.length; i++) if (block[start + i] !== bytes[i]) return false;
  return true;
}

const isBase64 = (byte: number | undefined): boolean =>
  byte !== undefined && /[A-Za-z0-9+/_-]/.test(String.fromCharCode(byte));

function addHit(hits: number[], block: Buffer, start: number, form: Form): void {
  const end = start + form.bytes.length;
  const from = form.before && isBase64(block[start - 1]) ? start - 1 : start;
  const to = form.after && isBase64(block[end]) ? end + 1 : end;
  // Overlapping hits become one, so that two values sharing a part are both gone whole.
  const last = hits.length - 2;
  if (last >= 0 && from <= hits[last + 1]!) {
    hits[last] = Math.min(hits[last]!, from);
    hits[last + 1] = Math.max(hits[last + 1]!, to);
  } else hits.push(from, to);
}
