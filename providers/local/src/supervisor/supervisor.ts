import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { files } from '../data-folder.ts';
import type { ProcessLock } from '../database/process-lock.ts';
import { openTaskDatabase } from '../tasks/task-database.ts';
import type { TaskRow } from '../tasks/task-state.ts';
import { killMarked } from './leftovers.ts';
import { PipePool } from './pipe-pool.ts';
import { type ClientMessage, type Notice, type Reply, type Request, receive, send } from './protocol.ts';
import { Recorder, TaskRecord } from './recorder.ts';
import { recover } from './recover.ts';
import { Run } from './run.ts';

interface Client {
  socket: Socket;
  wantsTasks: boolean;
  wantsLogs: Set<string>;
}

/** After the end of runs, what they left behind in sessions of its own is looked for, at most once in this time. */
const sweepMs = 500;

/** Owns every run of a data folder: starts them, writes down what happens to them, and tells those who listen. */
export class Supervisor {
  readonly #folder: string;
  readonly #lock: ProcessLock;
  readonly #idleMs: number;
  readonly #database: DatabaseSync;
  readonly #recorder: Recorder;
  readonly #pipes: PipePool;
  readonly #runs = new Map<string, Run>();
  readonly #clients = new Set<Client>();
  readonly #server: Server;
  #idle: NodeJS.Timeout | undefined;
  readonly #swept = new Set<string>();
  #leaving = false;

  /** Recovers from the death of an earlier one, and then serves until it is idle for `idleMs`. */
  static async serve(folder: string, socket: string, lock: ProcessLock, idleMs: number): Promise<Supervisor> {
    const database = openTaskDatabase(files.tasks(folder));
    await recover(database, files.runs(folder));
    const supervisor = new Supervisor(folder, lock, database, idleMs);
    rmSync(socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      supervisor.#server.once('error', reject).listen(socket, resolve);
    });
    supervisor.#awaitIdleness();
    return supervisor;
  }

  private constructor(folder: string, lock: ProcessLock, database: DatabaseSync, idleMs: number) {
    this.#folder = folder;
    this.#lock = lock;
    this.#database = database;
    this.#idleMs = idleMs;
    this.#pipes = new PipePool(files.pipes(folder));
    this.#server = createServer((socket) => this.#welcome(socket));
    this.#recorder = new Recorder(database, {
      written: (record, what) => this.#announce(record, what),
      blocked: (blocked, error) => {
        console.error(
          new Date().toISOString(),
          blocked ? `the log cannot be written: ${error}` : 'the log is writable again',
        );
        for (const run of this.#runs.values()) blocked ? run.pause() : run.resume();
      },
    });
  }

  /** Ends every run, and then leaves: the machine goes down, or somebody wants it so. */
  leave(detail: string): void {
    this.#leaving = true;
    for (const run of this.#runs.values()) run.end({ reason: 'stopped', detail });
    if (this.#runs.size === 0) this.#exit();
  }

  #welcome(socket: Socket): void {
    const client: Client = { socket, wantsTasks: false, wantsLogs: new Set() };
    this.#clients.add(client);
    clearTimeout(this.#idle);
    receive<ClientMessage>(socket, (message) => {
      if ('call' in message) send(socket, this.#answer(message));
      else if (message.wish === 'tasks') client.wantsTasks = true;
      else if (message.wish === 'log') client.wantsLogs.add(message.execution);
      else client.wantsLogs.delete(message.execution);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#clients.delete(client);
      this.#awaitIdleness();
    });
  }

  #answer({ id, ...request }: { id: number } & Request): Reply {
    try {
      if (request.call === 'start') this.#start(request);
      else this.#stop(request.execution);
      return { id };
    } catch (error) {
      const { message, code, errcode } = error as Error & { code?: string; errcode?: number };
      return { id, error: { message, code, errcode } };
    }
  }

  /** Whatever is known of this execution already, it stays so: a second start is a look at the first. */
  #start({ order }: Request & { call: 'start' }): void {
    const { execution, container } = order;
    const known = this.#row(execution);
    if (known && known.phase !== 'refused') return;
    const record = new TaskRecord(newRow(execution, container !== undefined));
    if (known) {
      Object.assign(record.row, {
        phase: 'ended',
        reason: 'stopped',
        ended_at: Date.now(),
        detail: 'stopped before it was started',
      });
      this.#recorder.update(record);
      return;
    }
    if (this.#leaving) throw Object.assign(new Error('the supervisor is leaving'), { code: 'ECONNREFUSED' });
    this.#recorder.insert(record);
    const run = new Run(order, record, join(files.runs(this.#folder), execution), this.#recorder, this.#pipes);
    this.#runs.set(execution, run);
    clearTimeout(this.#idle);
    // The answer goes out first: starting a process takes longer than all the rest.
    setImmediate(() => void run.perform());
  }

  #stop(execution: string): void {
    const run = this.#runs.get(execution);
    if (run) run.end({ reason: 'stopped' });
    else if (!this.#row(execution)) {
      this.#recorder.insert(new TaskRecord({ ...newRow(execution, false), phase: 'refused' }));
    }
  }

  #row(execution: string): TaskRow | undefined {
    return this.#database.prepare('SELECT * FROM tasks WHERE execution = ?').get(execution) as TaskRow | undefined;
  }

  #announce({ row }: TaskRecord, what: { lines: boolean; row: boolean }): void {
    const { execution } = row;
    for (const { socket, wantsTasks, wantsLogs } of this.#clients) {
      const ended = row.phase === 'ended';
      if (wantsLogs.has(execution) && (what.lines || ended))
        send(socket, { notice: 'log', execution } satisfies Notice);
      if (wantsTasks && what.row) send(socket, { notice: 'task', execution } satisfies Notice);
    }
    if (row.phase === 'ended') this.#clearAway(execution);
  }

  #clearAway(execution: string): void {
    const run = this.#runs.get(execution);
    if (!run) return;
    this.#runs.delete(execution);
    if (this.#swept.size === 0) setTimeout(() => void this.#sweep(), sweepMs);
    this.#swept.add(execution);
    if (this.#leaving && this.#runs.size === 0) this.#exit();
    this.#awaitIdleness();
  }

  async #sweep(): Promise<void> {
    const executions = [...this.#swept];
    this.#swept.clear();
    await killMarked(executions);
    for (const execution of executions) {
      await rm(join(files.runs(this.#folder), execution), { recursive: true, force: true }).catch((error) =>
        console.error(new Date().toISOString(), `a workspace cannot be removed: ${error}`),
      );
    }
  }

  #awaitIdleness(): void {
    clearTimeout(this.#idle);
    if (this.#runs.size > 0 || this.#clients.size > 0) return;
    this.#idle = setTimeout(() => this.#exit(), this.#idleMs);
  }

  /** The socket goes first and the lock last, so that whoever finds no socket can wait for the lock. */
  #exit(): void {
    this.#server.close();
    for (const { socket } of this.#clients) socket.destroy();
    this.#database.close();
    this.#lock.release();
    process.exit(0);
  }
}

const newRow = (execution: string, container: boolean): TaskRow => ({
  execution,
  phase: 'pending',
  detail: null,
  container: container ? 1 : 0,
  pid: null,
  started_at: null,
  ended_at: null,
  reason: null,
  exit_code: null,
  signal: null,
});
