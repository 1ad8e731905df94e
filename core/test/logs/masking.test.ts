import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMasker } from '../../src/logs/masking.ts';

const mask = (values: string[], text: string): string => {
  const masker = createMasker(values);
  return masker ? masker.mask(Buffer.from(text)).toString() : text;
};

describe('createMasker', () => {
  test('is undefined when there is nothing to hide', () => {
    expect(createMasker([])).toBeUndefined();
    expect(createMasker(['', 'abc', '  1 \n'])).toBeUndefined();
  });

  test('returns the same buffer when nothing is found', () => {
    const block = Buffer.from('one\ntwo\n\nthree\n');
    expect(createMasker(['secret'])!.mask(block)).toBe(block);
    expect(createMasker(['secret'])!.mask(Buffer.alloc(0))).toHaveLength(0);
  });

  test('replaces every occurrence and leaves the rest byte for byte', () => {
    expect(mask(['hunter2!'], 'a hunter2! b\r\n\x1b[1mhunter2!\x1b[0m\n')).toBe('a *** b\r\n\x1b[1m***\x1b[0m\n');
  });

  test('hides both of two values that share a part, and the longer of two that begin alike', () => {
    expect(mask(['abcdef', 'defghi'], 'x abcdefghi y\n')).toBe('x *** y\n');
    expect(mask(['pass', 'password-long'], 'password-long pass\n')).toBe('*** ***\n');
  });

  test('hides a value whose stored form ends with a newline', () => {
    expect(mask(['s3cr3t\n'], 'token=s3cr3t;\n')).toBe('token=***;\n');
  });

  test('hides each line of a multi-line value, and keeps the number of lines', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\n  indented line\n}\n-----END KEY-----\n';
    expect(mask([key], key)).toBe('***\n***\n  ***\n}\n***\n');
    expect(mask([key], `${JSON.stringify({ key })}\n`)).toBe('{"key":"***\\n"}\n');
  });

  test.each([
    ['JSON', (value: string) => JSON.stringify(value).slice(1, -1)],
    [
      'JSON of Go',
      (value: string) => JSON.stringify(value).slice(1, -1).replaceAll('<', '\\u003c').replaceAll('&', '\\u0026'),
    ],
    ['URL component', encodeURIComponent],
    [
      'URL component, lower case',
      (value: string) => encodeURIComponent(value).replace(/%../g, (unit) => unit.toLowerCase()),
    ],
    ['form', (value: string) => new URLSearchParams({ v: value }).toString().slice(2)],
    ['hex', (value: string) => Buffer.from(value).toString('hex')],
    ['shell trace', (value: string) => value.replaceAll("'", "'\\''")],
    ['XML', (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
  ])('hides the %s form', (_, encode) => {
    const value = `pa<ss "w&ord'/ü\\€`;
    expect(mask([value], `before ${encode(value)} after\n`)).toBe('before *** after\n');
  });

  test('hides a long value in the wrapped output of base64', () => {
    const value = 'k'.repeat(150);
    const wrapped = Buffer.from(value)
      .toString('base64')
      .match(/.{1,76}/g)!
      .join('\n');
    expect(mask([value], `${wrapped}\n`)).toBe('***\n***\n***\n');
  });

  const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => {
    return Buffer.byteLength(text.trim()) >= 4 && !/[\r\n]/.test(text.trim());
  });

  test('property: no form of a value is left, wherever it stands', () => {
    fc.assert(
      fc.property(value, fc.string(), fc.string(), (secret, before, after) => {
        const inner = secret.trim();
        const encodings = [
          inner,
          JSON.stringify(inner).slice(1, -1),
          encodeURIComponent(inner),
          Buffer.from(inner).toString('hex'),
        ];
        for (const encoded of encodings) {
          expect(mask([secret], `${before}${encoded}${after}\n`)).not.toContain(encoded);
        }
      }),
    );
  });

  test('property: what is left of a larger base64 text decodes to no byte of the value', () => {
    fc.assert(
      fc.property(
        value,
        fc.uint8Array({ maxLength: 9 }),
        fc.uint8Array({ maxLength: 9 }),
        fc.constantFrom('base64' as const, 'base64url' as const),
        (secret, before, after, encoding) => {
          const raw = Buffer.from(secret.trim());
          const encoded = Buffer.concat([before, raw, after]).toString(encoding);
          const masked = mask([secret], encoded);
          const [head, ...tails] = masked.split('***');
          expect(tails.length).toBeGreaterThan(0);
          // Only characters whose bits all lie outside the value may stay.
          expect(head!.length).toBeLessThanOrEqual(Math.floor((before.length * 8) / 6));
          const tailBits = (before.length + raw.length) * 8;
          expect(encoded.length - tails.at(-1)!.length).toBeGreaterThanOrEqual(Math.ceil(tailBits / 6));
        },
      ),
    );
  });

  test('property: finds exactly what a search for each value finds', () => {
    // A small alphabet without base64 or escapes in play, so that repetitions and overlaps are frequent.
    const text = fc.string({
      unit: fc.constantFrom('-', '.', '~'),
      maxLength: 80,
    });
    const values = fc.array(
      fc.string({
        unit: fc.constantFrom('-', '.', '~'),
        minLength: 4,
        maxLength: 9,
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(values, text, (secrets, output) => {
        const hidden = new Array<boolean>(output.length).fill(false);
        for (const secret of secrets) {
          for (let at = output.indexOf(secret); at >= 0; at = output.indexOf(secret, at + 1)) {
            hidden.fill(true, at, at + secret.length);
          }
        }
        let expected = '';
        for (let i = 0; i < output.length; i++) {
          if (!hidden[i]) expected += output[i];
          else if (!hidden[i - 1]) expected += '***';
        }
        expect(mask(secrets, output)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
