/** A byte sequence to hide. `before`, `after`: the base64 character next to it holds a few bits of the value, too. */
export interface Form {
  bytes: Buffer;
  before: boolean;
  after: boolean;
}

/** Lengths that `base64`, `openssl base64` and PEM break their lines at. */
const base64LineLengths = [76, 64];

/**
 * Every form that a value may take in a line of output. Forms, values and lines with fewer than `minimumBytes` are left out;
 * so are lines without a letter or digit, such as the rulers and brackets of a multi-line value.
 */
export function* encodedForms(value: string, minimumBytes: number): Generator<Form> {
  const raw = Buffer.from(value);
  if (raw.length < minimumBytes) return;
  const texts = new Set<string>();
  for (const line of value.split(/[\r\n]+/)) {
    const trimmed = line.trim();
    if (trimmed === value || /[\p{L}\p{N}]/u.test(trimmed)) for (const text of quotedForms(trimmed)) texts.add(text);
  }
  if (/[\r\n]/.test(value)) for (const text of quotedForms(value)) texts.add(text);
  for (const text of [raw.toString('hex'), raw.toString('hex').toUpperCase(), ...wrappedBase64(raw)]) texts.add(text);
  for (const text of texts) {
    const bytes = Buffer.from(text);
    if (bytes.length >= minimumBytes && !bytes.includes(0x0a)) yield { bytes, before: false, after: false };
  }
  yield* base64Forms(raw);
}

/** The text itself and as it looks inside JSON, a URL, a form, a shell's trace and XML. */
function* quotedForms(text: string): Generator<string> {
  yield text;
  const json = JSON.stringify(text).slice(1, -1);
  yield json;
  for (const form of [json, json.replaceAll('/', '\\/')]) {
    // Go escapes <, > and &; Python and others everything that is not ASCII.
    const forHtml = form.replace(/[<>&\u2028\u2029]/g, escapeUnit);
    yield forHtml;
    for (const source of [form, forHtml]) {
      const ascii = source.replace(/[^\0-\x7f]/g, escapeUnit);
      yield ascii;
      yield ascii.replace(/\\u[0-9a-f]{4}/g, (unit) => `\\u${unit.slice(2).toUpperCase()}`);
    }
    yield form;
  }
  const wellFormed = text.toWellFormed();
  const url = encodeURIComponent(wellFormed);
  const strictUrl = url.replace(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ v: wellFormed }).toString().slice(2);
  for (const encoded of [url, strictUrl, strictUrl.replaceAll('%7E', '~'), form, encodeURI(wellFormed)]) {
    yield encoded;
    yield encoded.replace(/%[0-9A-F]{2}/g, (unit) => unit.toLowerCase());
  }
  yield text.replaceAll("'", "'\\''");
  yield text.replace(/["$`\\]/g, '\\$&');
  const xml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  yield xml;
  yield xml.replaceAll('"', '&quot;');
  for (const apostrophe of ['&apos;', '&#39;', '&#x27;']) {
    yield xml.replaceAll('"', '&quot;').replaceAll("'", apostrophe);
  }
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * base64 of the bytes wherever they begin in a larger text: after 0, 1 or 2 bytes modulo 3. Only the characters that depend
 * on nothing but the value can be searched for; those at the borders, which hold some of its bits, are told by flags.
 */
function* base64Forms(raw: Buffer): Generator<Form> {
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(offset), raw]).toString('base64');
    const inner = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + raw.length) * 8) / 6));
    const borders = {
      before: offset !== 0,
      after: (offset + raw.length) % 3 !== 0,
    };
    yield { bytes: Buffer.from(inner), ...borders };
    const forUrl = inner.replaceAll('+', '-').replaceAll('/', '_');
    if (forUrl !== inner) yield { bytes: Buffer.from(forUrl), ...borders };
  }
}

/** The lines of a long value encoded by itself. Where a line break falls elsewhere, a rest of it cannot be recognised. */
function* wrappedBase64(raw: Buffer): Generator<string> {
  const encoded = raw.toString('base64').replace(/=+$/, '');
  for (const length of base64LineLengths) {
    if (encoded.length <= length) continue;
    for (let at = 0; at < encoded.length; at += length) yield encoded.slice(at, at + length);
  }
}
