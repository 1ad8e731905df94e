import type { DatabaseSync } from 'node:sqlite';
import { type LogLine, RunvoyError } from '@runvoy/core/provider';
import { transaction } from '../database/open-database.ts';
import { insertChunk } from '../tasks/task-database.ts';

const rowBytes = 64 * 1024;

interface Row {
  stream: string;
  times: number[];
  text: string[];
  bytes: number;
  continues: boolean;
}

/** Adds the lines whose ids are new, and says whether there was anything new. */
export function appendLines(
  database: DatabaseSync,
  executionId: string,
  lines: readonly LogLine[],
  end: boolean,
): boolean {
  for (const { text } of lines) {
    if (text.includes('\n'))
      throw new RunvoyError('INVALID_REQUEST', 'a line must not contain a newline', { field: 'text' });
  }
  return transaction(database, () => {
    const claim = database.prepare('INSERT OR IGNORE INTO line_ids VALUES (?, ?)');
    const fresh = lines.filter(({ id }) => claim.run(executionId, id).changes === 1);
    const insert = database.prepare(insertChunk);
    for (const { stream, times, text, continues } of gather(fresh)) {
      const [time] = times;
      const oneTime = times.every((other) => other === time);
      const bytes = Buffer.from(`${text.join('\n')}\n`);
      insert.run(
        executionId,
        stream,
        time!,
        oneTime ? null : JSON.stringify(times),
        times.length,
        continues ? 1 : 0,
        bytes,
      );
    }
    const ended = end && database.prepare('INSERT OR IGNORE INTO log_ends VALUES (?)').run(executionId).changes === 1;
    return fresh.length > 0 || ended;
  });
}

function gather(lines: readonly LogLine[]): Row[] {
  const rows: Row[] = [];
  for (const { stream, time, text, continues = false } of lines) {
    let row = rows.at(-1);
    if (!row || row.stream !== stream || row.continues || row.bytes >= rowBytes) {
      row = { stream, times: [], text: [], bytes: 0, continues: false };
      rows.push(row);
    }
    row.times.push(time);
    row.text.push(text);
    row.bytes += text.length;
    row.continues = continues;
  }
  return rows;
}
