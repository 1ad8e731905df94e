import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { transaction } from '../database/open-database.ts';
import { insertChunk } from '../tasks/task-database.ts';
import type { TaskRow } from '../tasks/task-state.ts';

export type Stream = 'stdout' | 'stderr' | 'system';

/** A live task: its row, and the lines that are not written yet. */
export class TaskRecord {
  readonly row: TaskRow;
  segments: Segment[] = [];
  /** The row has to be written. */
  changed = false;

  constructor(row: TaskRow) {
    this.row = row;
  }
}

interface Segment {
  stream: Stream;
  time: number;
  blocks: Buffer[];
  bytes: number;
  count: number;
  continues: boolean;
}

/** Text of a row: enough that a row costs little, little enough that a page of rows can be cut. */
const rowBytes = 64 * 1024;
/** Lines that come within this time share a row and a transaction. */
const gatherMs = 5;
const retryMs = 200;

export interface RecorderEvents {
  written(record: TaskRecord, what: { lines: boolean; row: boolean }): void;
  /** The database refuses: `blocked` until a later attempt succeeds. Nothing is lost meanwhile. */
  blocked(blocked: boolean, error?: unknown): void;
}

/**
 * Writes what happens to all tasks, in one transaction each few milliseconds: the first lines after a pause at once, so that
 * nobody waits for them, what follows closely together.
 */
export class Recorder {
  readonly #database: DatabaseSync;
  readonly #events: RecorderEvents;
  readonly #insertTask: StatementSync;
  readonly #updateTask: StatementSync;
  readonly #insertChunk: StatementSync;
  readonly #pending = new Set<TaskRecord>();
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #lastWrite = 0;
  #blocked = false;

  constructor(database: DatabaseSync, events: RecorderEvents) {
    this.#database = database;
    this.#events = events;
    this.#insertTask = database.prepare(
      'INSERT INTO tasks (execution, phase, detail, container, ended_at, reason) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#updateTask = database.prepare(
      `UPDATE tasks SET phase = ?, detail = ?, pid = ?, started_at = ?, ended_at = ?, reason = ?, exit_code = ?, signal = ?
        WHERE execution = ?`,
    );
    this.#insertChunk = database.prepare(insertChunk);
  }

  get blocked(): boolean {
    return this.#blocked;
  }

  get idle(): boolean {
    return this.#pending.size === 0;
  }

  /** Writes a new task at once, or throws. */
  insert(record: TaskRecord): void {
    const { execution, phase, detail, container, ended_at, reason } = record.row;
    this.#insertTask.run(execution, phase, detail, container, ended_at, reason);
  }

  /** The row was changed. It is written after the lines that were handed over before. */
  update(record: TaskRecord): void {
    record.changed = true;
    this.#pending.add(record);
    this.#schedule(0);
  }

  append(record: TaskRecord, stream: Stream, block: Buffer, count: number, continues: boolean): void {
    const last = record.segments.at(-1);
    if (last && last.stream === stream && !last.continues && last.bytes + block.length <= rowBytes) {
      last.blocks.push(block);
      last.bytes += block.length;
      last.count += count;
      last.continues = continues;
    } else {
      record.segments.push({ stream, time: Date.now(), blocks: [block], bytes: block.length, count, continues });
    }
    this.#pending.add(record);
    this.#schedule(this.#lastWrite + gatherMs - performance.now());
  }

  #schedule(waitMs: number): void {
    if (this.#blocked || this.#immediate) return;
    if (waitMs <= 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      // After all that the operating system has ready in this turn of the event loop.
      this.#immediate = setImmediate(() => this.#write());
    } else {
      this.#timer ??= setTimeout(() => this.#write(), waitMs);
    }
  }

  #write(): void {
    this.#immediate = undefined;
    this.#timer = undefined;
    const records = [...this.#pending];
    try {
      transaction(this.#database, () => {
        for (const record of records) this.#writeRecord(record);
      });
    } catch (error) {
      this.#timer = setTimeout(() => this.#write(), retryMs);
      if (!this.#blocked) this.#events.blocked(true, error);
      this.#blocked = true;
      return;
    }
    this.#lastWrite = performance.now();
    this.#pending.clear();
    if (this.#blocked) {
      this.#blocked = false;
      this.#events.blocked(false);
    }
    for (const record of records) {
      const what = { lines: record.segments.length > 0, row: record.changed };
      record.segments = [];
      record.changed = false;
      this.#events.written(record, what);
    }
  }

  #writeRecord(record: TaskRecord): void {
    const { execution } = record.row;
    for (const { stream, time, blocks, count, continues } of record.segments) {
      const text = blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks);
      this.#insertChunk.run(execution, stream, time, null, count, continues ? 1 : 0, text);
    }
    if (!record.changed) return;
    const { phase, detail, pid, started_at, ended_at, reason, exit_code, signal } = record.row;
    this.#updateTask.run(phase, detail, pid, started_at, ended_at, reason, exit_code, signal, execution);
  }
}
