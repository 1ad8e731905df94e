import type { Socket } from 'node:net';

/** Part of the socket's name: a supervisor and its clients must be of one version, and may be of different packages. */
export const protocolVersion = 1;

/** A run as the supervisor needs it. It holds secrets, and so must never be written anywhere. */
export interface RunOrder {
  execution: string;
  command: { shell: string } | { argv: readonly string[] };
  /** What a process inherits of its starter's environment. Containers inherit nothing. */
  hostEnvironment: Record<string, string>;
  env: Record<string, string>;
  secretEnv: Record<string, string>;
  maskedValues: readonly string[];
  /** base64 */
  stdin?: string;
  git?: { url: string; ref?: string; path?: string; token?: string };
  timeoutSeconds: number;
  /** Absent: a process on this machine. */
  container?: ContainerOrder;
}

export interface ContainerOrder {
  image: string;
  /** CPU units, 1024 to a core. */
  cpu: number;
  /** MiB. */
  memory: number;
  /** As Docker writes it, e.g. `linux/arm64`. */
  platform: string;
  /** The settings of the `docker` command. */
  environment: Record<string, string>;
}

/** Requests with a reply. */
export type Request = { call: 'start'; order: RunOrder } | { call: 'stop'; execution: string };

/** What a client tells without asking: which notices it wants from now on. */
export type Wish = { wish: 'tasks' } | { wish: 'log' | 'no-log'; execution: string };

export type ClientMessage = ({ id: number } & Request) | Wish;

export interface Reply {
  id: number;
  error?: { message: string; code?: string; errcode?: number };
}

/** `task`: its phase changed. `log`: there are new lines. Both can be read from the database by now. */
export interface Notice {
  notice: 'task' | 'log';
  execution: string;
}

export type SupervisorMessage = Reply | Notice;

export function send(socket: Socket, message: ClientMessage | SupervisorMessage): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** Calls back with every message that arrives: one JSON a line. */
export function receive<Message>(socket: Socket, handle: (message: Message) => void): void {
  let rest: string[] = [];
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = text.split('\n');
    const last = lines.pop()!;
    for (const line of lines) {
      handle(JSON.parse(rest.length === 0 ? line : rest.join('') + line) as Message);
      rest = [];
    }
    if (last !== '') rest.push(last);
  });
}
