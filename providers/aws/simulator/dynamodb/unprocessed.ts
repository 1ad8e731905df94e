import { AwsError } from '../wire/aws-error.ts';

type Json = Record<string, unknown>;

interface SetAside {
  input: Json;
  /** Puts what was set aside into the answer. */
  restore(output: Json): Json;
}

/** Takes some of the items of a batch out of the request, to come back as unprocessed. */
export function setAside(operation: string, input: Json, chosen: () => boolean): SetAside {
  const untouched = { input, restore: (output: Json) => output };
  if (operation === 'BatchWriteItem') return writes(input, chosen) ?? untouched;
  if (operation === 'BatchGetItem') return keys(input, chosen) ?? untouched;
  return untouched;
}

function writes(input: Json, chosen: () => boolean): SetAside | undefined {
  const requested = input.RequestItems as Record<string, unknown[]> | undefined;
  const { kept, aside, all, none } = split(requested ?? {}, (items) => items, chosen);
  if (none) return undefined;
  if (all) throw throughputExceeded();
  return {
    input: { ...input, RequestItems: kept },
    restore: (output) => ({ ...output, UnprocessedItems: merged(output.UnprocessedItems, aside) }),
  };
}

function keys(input: Json, chosen: () => boolean): SetAside | undefined {
  const requested = (input.RequestItems ?? {}) as Record<string, { Keys: unknown[] }>;
  const { kept, aside, all, none } = split(requested, ({ Keys }) => Keys, chosen);
  if (none) return undefined;
  if (all) throw throughputExceeded();
  const withKeys = (lists: Record<string, unknown[]>) =>
    Object.fromEntries(Object.entries(lists).map(([table, list]) => [table, { ...requested[table], Keys: list }]));
  return {
    input: { ...input, RequestItems: withKeys(kept) },
    restore: (output) => ({
      ...output,
      UnprocessedKeys: { ...(output.UnprocessedKeys as object), ...withKeys(aside) },
    }),
  };
}

function split<Entry>(requested: Record<string, Entry>, itemsOf: (entry: Entry) => unknown[], chosen: () => boolean) {
  const kept: Record<string, unknown[]> = {};
  const aside: Record<string, unknown[]> = {};
  for (const [table, entry] of Object.entries(requested)) {
    for (const item of itemsOf(entry)) {
      const side = chosen() ? aside : kept;
      side[table] = [...(side[table] ?? []), item];
    }
  }
  return { kept, aside, all: Object.keys(kept).length === 0, none: Object.keys(aside).length === 0 };
}

function merged(output: unknown, aside: Record<string, unknown[]>): Record<string, unknown[]> {
  const result = { ...(output as Record<string, unknown[]> | undefined) };
  for (const [table, items] of Object.entries(aside)) result[table] = [...(result[table] ?? []), ...items];
  return result;
}

/** "If none of the items can be processed […], BatchWriteItem returns a ProvisionedThroughputExceededException." */
const throughputExceeded = () =>
  new AwsError(
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded.',
  );
