import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { RunvoyError } from '@runvoy/core/provider';
import { closedError } from '@runvoy/core/toolkit';
import { files } from '../data-folder.ts';
import { connectTo } from './connect.ts';
import { launchSupervisor } from './launch.ts';
import { type Reply, type Request, receive, type SupervisorMessage, send } from './protocol.ts';
import { socketPath } from './socket-path.ts';

const startDeadlineMs = 10_000;
const maximumLaunches = 5;
/** A connection that breaks under a request: both requests may be repeated. */
const maximumAttempts = 5;

type Listener = (execution: string) => void;

/** The connection of this process to the supervisor, which it starts if there is none. */
export class SupervisorClient {
  readonly #folder: string;
  readonly #environment: Record<string, string>;
  #socket: Socket | undefined;
  #connecting: Promise<Socket> | undefined;
  #closed = false;
  #lastId = 0;
  readonly #waiting = new Map<number, (reply: Reply | undefined) => void>();
  readonly #taskListeners = new Set<Listener>();
  readonly #logListeners = new Map<string, Set<() => void>>();
  readonly #lossListeners = new Set<() => void>();

  constructor(folder: string, environment: Record<string, string>) {
    this.#folder = folder;
    this.#environment = environment;
  }

  get connected(): boolean {
    return this.#socket !== undefined;
  }

  /** Resolves when connected: by then an earlier supervisor's runs are accounted for. */
  async connect(): Promise<Socket> {
    if (this.#closed) throw closedError('local');
    if (this.#socket) return this.#socket;
    this.#connecting ??= this.#establish().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async call(request: Request): Promise<Reply> {
    for (let attempt = 1; ; attempt++) {
      const socket = await this.connect();
      const id = ++this.#lastId;
      const reply = await new Promise<Reply | undefined>((resolve) => {
        this.#waiting.set(id, resolve);
        send(socket, { id, ...request });
      });
      if (reply?.error) throw Object.assign(new Error(reply.error.message), reply.error);
      if (reply) return reply;
      if (this.#closed) throw closedError('local');
      if (attempt === maximumAttempts) throw new RunvoyError('SERVICE_UNAVAILABLE', 'the supervisor keeps dying');
    }
  }

  /** Calls back when a task changed, until the returned function is called. */
  onTask(listener: Listener): () => void {
    this.#taskListeners.add(listener);
    if (this.#taskListeners.size === 1 && this.#socket) send(this.#socket, { wish: 'tasks' });
    return () => this.#taskListeners.delete(listener);
  }

  /** Calls back when an execution has new lines, or has ended. */
  onLog(execution: string, listener: () => void): () => void {
    const listeners = this.#logListeners.get(execution) ?? new Set();
    this.#logListeners.set(execution, listeners.add(listener));
    if (listeners.size === 1 && this.#socket) send(this.#socket, { wish: 'log', execution });
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#logListeners.get(execution) !== listeners) return;
      this.#logListeners.delete(execution);
      if (this.#socket) send(this.#socket, { wish: 'no-log', execution });
    };
  }

  /** Calls back when the connection is lost. */
  onLoss(listener: () => void): () => void {
    this.#lossListeners.add(listener);
    return () => this.#lossListeners.delete(listener);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  async #establish(): Promise<Socket> {
    const path = socketPath(this.#folder);
    const deadline = Date.now() + startDeadlineMs;
    let child: ChildProcess | undefined;
    let launches = 0;
    for (;;) {
      const socket = await connectTo(path);
      if (this.#closed) {
        socket?.destroy();
        throw closedError('local');
      }
      if (socket) return this.#adopt(socket);
      if (!child || child.exitCode !== null || child.signalCode !== null) {
        if (launches++ === maximumLaunches) throw this.#startError();
        child = launchSupervisor(this.#folder, this.#environment);
        // Told by exit codes that are not there and by the deadline.
        child.on('error', () => {});
      }
      if (Date.now() > deadline) throw this.#startError();
      await delay(2);
    }
  }

  #adopt(socket: Socket): Socket {
    this.#socket = socket;
    receive<SupervisorMessage>(socket, (message) => {
      if ('notice' in message) this.#notify(message.notice, message.execution);
      else this.#settle(message.id, message);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#socket = undefined;
      for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined);
      for (const listener of [...this.#lossListeners]) listener();
    });
    if (this.#taskListeners.size > 0) send(socket, { wish: 'tasks' });
    for (const execution of this.#logListeners.keys()) send(socket, { wish: 'log', execution });
    return socket;
  }

  #notify(notice: 'task' | 'log', execution: string): void {
    if (notice === 'task') for (const listener of [...this.#taskListeners]) listener(execution);
    else for (const listener of [...(this.#logListeners.get(execution) ?? [])]) listener();
  }

  #settle(id: number, reply: Reply | undefined): void {
    this.#waiting.get(id)?.(reply);
    this.#waiting.delete(id);
  }

  #startError(): RunvoyError {
    return new RunvoyError('SERVICE_UNAVAILABLE', 'the supervisor of the local provider does not start', {
      remedy: `Look into ${files.supervisorLog(this.#folder)}. If a runvoy of another version is running, end it first.`,
    });
  }
}
