import { z } from 'zod';

const blankIsUnset = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() === '' ? undefined : value;

/** A text of one form. `must`: what it must be, with an example, which is the remedy at once. */
export function text(pattern: RegExp, must: string) {
  return z.preprocess(
    blankIsUnset,
    z.string({ error: `is required: it must be ${must}` }).regex(pattern, `must be ${must}`),
  );
}

export function optional(pattern: RegExp, must: string) {
  return z.preprocess(blankIsUnset, z.string().regex(pattern, `must be ${must}, or unset`).optional());
}

export function withDefault(pattern: RegExp, must: string, fallback: string) {
  return z.preprocess(blankIsUnset, z.string().regex(pattern, `must be ${must}`).default(fallback));
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T, fallback?: T[number]) {
  const choice = z.enum(values, { error: `must be one of ${values.join(', ')}` });
  return z.preprocess(blankIsUnset, fallback === undefined ? choice.optional() : choice.default(fallback as never));
}

export function wholeNumber(minimum: number, maximum: number, fallback: number) {
  return z.preprocess(
    blankIsUnset,
    z
      .string()
      .default(String(fallback))
      .refine(
        (value) => /^\d{1,9}$/.test(value) && Number(value) >= minimum && Number(value) <= maximum,
        `must be a whole number from ${minimum} to ${maximum}`,
      )
      .transform(Number),
  );
}
