import { describe, expect, test } from 'vitest';
import { readLogEvents } from '../../src/logs/log-events.ts';
import { encodeCursor } from '../../src/logs/log-position.ts';
import type { LogLine } from '../../src/provider.ts';
import { createMemoryLogs } from '../support/memory-logs.ts';

const id = 'run';

async function logOf(count: number) {
  const logs = createMemoryLogs(new AbortController().signal);
  const lines = Array.from(
    { length: count },
    (_, index): LogLine => ({
      id: String(index),
      time: index,
      stream: index % 7 === 0 ? 'stderr' : 'stdout',
      text: `line ${index}`,
    }),
  );
  await logs.append(id, lines);
  return logs;
}

describe('readLogEvents', () => {
  test.each([1, 2, 10, 99, 100, 101])('pages of %d make up the whole, with the same ids', async (limit) => {
    const logs = await logOf(100);
    const read = (options: object) => logs.read(id, options);
    const whole = await readLogEvents(read, id);
    expect(whole.events).toHaveLength(100);
    expect(whole.events[7]).toEqual({ event_id: '000000000008', timestamp: 7, message: 'line 7', stream: 'stderr' });
    const paged = [];
    let after: string | undefined;
    for (;;) {
      const page = await readLogEvents(read, id, { limit, ...(after !== undefined && { after }) });
      expect(page.events.length).toBeLessThanOrEqual(limit);
      if (page.events.length === 0) break;
      paged.push(...page.events);
      after = page.next;
    }
    expect(paged).toEqual(whole.events);
  });

  test('says that a log has ended only with its last line', async () => {
    const logs = await logOf(10);
    await logs.append(id, [], { end: true });
    const read = (options: object) => logs.read(id, options);
    expect((await readLogEvents(read, id, { limit: 9 })).ended).toBe(false);
    expect((await readLogEvents(read, id, { limit: 10 })).ended).toBe(true);
    expect((await readLogEvents(read, id)).ended).toBe(true);
  });

  test('goes on where it stopped when lines have come since', async () => {
    const logs = await logOf(3);
    const read = (options: object) => logs.read(id, options);
    const { next } = await readLogEvents(read, id);
    await logs.append(id, [{ id: 'late', time: 1, stream: 'stdout', text: 'late' }]);
    const { events } = await readLogEvents(read, id, { after: next });
    expect(events).toEqual([{ event_id: '000000000004', timestamp: 1, message: 'late', stream: 'stdout' }]);
  });

  test('gets past a page that lies wholly before the cursor', async () => {
    const logs = await logOf(100);
    const whole = await logs.read(id);
    const [first, second] = whole.chunks;
    // A cursor into the second chunk, told as bytes after the start: how a provider cut its chunks may have changed since.
    const skip = first!.text.length + second!.text.indexOf(10) + 1;
    const after = encodeCursor(id, { lines: first!.count + 1, inLine: 0, skip });
    const read = (options: object) => logs.read(id, { ...options, maximumBytes: 1 });
    const { events } = await readLogEvents(read, id, { after, limit: 3 });
    expect(events.map(({ message }) => message)).toEqual(['line 2', 'line 3', 'line 4']);
  });
});
