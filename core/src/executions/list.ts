import type { ExecutionDocument } from '../contract/collections.ts';
import { RunvoyError } from '../contract/errors.ts';
import type { CallOptions } from '../contract/plugin.ts';
import type { Position, Query, Store } from '../contract/store.ts';
import type { ExecutionFilter } from '../services.ts';

const largestPage = 1000;

/**
 * One page, newest first. The most selective index does what it can; the rest is filtered here, reading on until the page is
 * full. `limit` 0 means all. All indexes share one order, so a cursor outlives a change of filters.
 */
export async function listExecutions(
  store: Store,
  query: ExecutionFilter & { limit: number; cursor?: string },
  call: CallOptions,
): Promise<{ executions: ExecutionDocument[]; cursor?: string }> {
  const base = indexFor(query);
  const wanted = query.limit === 0 ? Number.POSITIVE_INFINITY : query.limit;
  const executions: ExecutionDocument[] = [];
  let after = query.cursor === undefined ? undefined : readCursor(query.cursor);
  for (;;) {
    // One more than wanted tells whether there is another page.
    const limit = Math.min(largestPage, wanted - executions.length + 1);
    const page = await store.query('executions', { ...base, ...(after && { after }), limit }, call);
    for (const execution of page) {
      if (!matches(execution, query)) continue;
      if (executions.length === wanted) return { executions, cursor: writeCursor(executions.at(-1)!) };
      executions.push(execution);
    }
    if (page.length < limit) return { executions };
    after = positionOf(page.at(-1)!);
  }
}

function indexFor(query: ExecutionFilter): Omit<Query, 'limit' | 'after'> {
  const bounds = {
    ...(query.since !== undefined && { from: query.since }),
    ...(query.until !== undefined && { to: query.until }),
  };
  if (query.statuses) return { index: 'status', match: { status: query.statuses }, ...bounds };
  if (query.createdBy !== undefined)
    return {
      index: 'creator',
      match: { created_by: query.createdBy },
      ...bounds,
    };
  return { index: 'all', ...bounds };
}

function matches(execution: ExecutionDocument, query: ExecutionFilter): boolean {
  if (query.createdBy !== undefined && execution.created_by !== query.createdBy) return false;
  const { image } = query;
  if (image === undefined || execution.image_id === image) return true;
  return execution.image_id.startsWith(`${image}:`) || execution.image_id.startsWith(`${image}-`);
}

function positionOf(execution: ExecutionDocument): Position {
  return { value: execution.started_at, key: execution.execution_id };
}

function writeCursor(execution: ExecutionDocument): string {
  return Buffer.from(`1.${execution.started_at}.${execution.execution_id}`).toString('base64url');
}

function readCursor(cursor: string): Position {
  const [, value, key] = /^1\.(\d{1,16})\.(.{1,512})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (value === undefined || key === undefined) {
    throw new RunvoyError('INVALID_REQUEST', 'the cursor does not come from this list', {
      field: 'cursor',
      remedy: 'Use the X-Next-Cursor of the page before, unchanged, or leave it out to start with the newest.',
    });
  }
  return { value: Number(value), key };
}
