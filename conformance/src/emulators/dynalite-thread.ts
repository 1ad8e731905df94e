import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';

/** Each `open` is a database of its own, on a port of its own. A text, because bundlers do not see that this is a file. */
const program = `
const { once } = require('node:events');
const { Server } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const dynalite = require(workerData);
const servers = new Map();
parentPort.on('message', async ({ close, reply }) => {
  if (close === undefined) {
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    servers.set(port, server);
    reply.postMessage(port);
  } else {
    // Not as dynalite does it: what is still under way would fail where nobody catches it.
    Server.prototype.close.call(servers.get(close));
    servers.delete(close);
    reply.postMessage(close);
  }
});
`;

/**
 * Databases in a thread beside this one, which ends with the process: as much work as the rest of a simulated cloud, and a check that writes
 * a lot must not hold up all others.
 */
export class DynaliteThread {
  readonly #worker: Worker;
  readonly #failed: Promise<never>;

  /** `path`: of the package's main file. */
  constructor(path: string) {
    this.#worker = new Worker(program, { eval: true, workerData: path });
    this.#worker.unref();
    this.#failed = once(this.#worker, 'error').then(([error]) => {
      throw error;
    });
    this.#failed.catch(() => undefined);
  }

  /** A new database; answers with its port. */
  open(): Promise<number> {
    return this.#ask({});
  }

  async close(port: number): Promise<void> {
    await this.#ask({ close: port });
  }

  async #ask(request: { close?: number }): Promise<number> {
    const { port1, port2 } = new MessageChannel();
    try {
      const answer = new Promise<number>((resolve) => port1.once('message', resolve));
      this.#worker.postMessage({ ...request, reply: port2 }, [port2]);
      return await Promise.race([answer, this.#failed]);
    } finally {
      port1.close();
    }
  }
}
