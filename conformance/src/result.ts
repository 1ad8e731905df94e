import { z } from 'zod';

export const failureSchema = z.object({
  /** What was looked at, or what went wrong. */
  message: z.string(),
  expected: z.string().optional(),
  seen: z.string().optional(),
  /** What the check was waiting for when its time was up. */
  waitingFor: z.string().optional(),
  /** Of the error behind it, when it is a RunvoyError. */
  code: z.string().optional(),
  stack: z.string().optional(),
});

export const resultSchema = z.object({
  id: z.string(),
  level: z.enum(['MUST', 'SHOULD']),
  facet: z.string(),
  sentence: z.string(),
  /** What a user loses when it does not hold. */
  why: z.string(),
  /** `deviation`: it does not hold, as the harness declares. */
  outcome: z.enum(['pass', 'fail', 'skip', 'deviation']),
  milliseconds: z.number(),
  /** Of a skip or a deviation: the provider's own words. */
  reason: z.string().optional(),
  /** Of a failure or a deviation. */
  failure: failureSchema.optional(),
  /** Declared as a deviation, and holds: a failure, whatever the level. */
  staleDeviation: z.literal(true).optional(),
});

export type CheckFailure = z.infer<typeof failureSchema>;

/** What became of one check. */
export type Result = z.infer<typeof resultSchema>;

/** Whether the run as a whole fails because of this. */
export function isFatal(result: Result): boolean {
  return result.outcome === 'fail' && (result.level === 'MUST' || result.staleDeviation === true);
}
