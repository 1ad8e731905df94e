import { z } from 'zod';
import { resultSchema } from '../result.ts';

const capability = z.union([z.literal(true), z.object({ no: z.string() }), z.object({ maximumBytes: z.number() })]);

/**
 * - `full`: every check was run and holds; nothing was skipped.
 * - `partial`: every MUST that was run holds or is a declared deviation; some checks were skipped or left out, or a SHOULD fails.
 * - `failing`: a MUST fails, or a declared deviation has started to hold.
 */
const verdict = z.enum(['full', 'partial', 'failing']);

export const reportSchema = z.object({
  /** Of this format; a change that breaks readers raises it. */
  format: z.literal(1),
  suite: z.object({ name: z.literal('@runvoy/conformance'), version: z.string() }),
  /** The version of the provider contract that was checked. */
  contract: z.string(),
  provider: z.object({
    name: z.string(),
    /** The version of the contract that it was written against. */
    contract: z.string(),
    capabilities: z.record(z.string(), capability),
  }),
  verdict,
  seed: z.string(),
  startedAt: z.iso.datetime(),
  seconds: z.number(),
  environment: z.object({ node: z.string(), platform: z.string(), architecture: z.string(), cores: z.number() }),
  /** Absent when every check was asked for. */
  selection: z.object({ only: z.array(z.string()).optional(), skip: z.array(z.string()).optional() }).optional(),
  summary: z.array(
    z.object({
      facet: z.string(),
      level: z.enum(['MUST', 'SHOULD']),
      pass: z.number(),
      fail: z.number(),
      skip: z.number(),
      deviation: z.number(),
    }),
  ),
  results: z.array(resultSchema),
  /** A deployment did not come up, so that this is not the whole truth. */
  incomplete: z.boolean(),
  /** What went wrong outside of every check. */
  problems: z.array(z.string()),
});

export type Report = z.infer<typeof reportSchema>;
export type Summary = Report['summary'];
