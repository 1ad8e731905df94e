import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

type Handlers = Record<string, (argument: never) => unknown>;
type Call = { id: number; method: string; argument: unknown };
type Reply = { id: number; value?: unknown; error?: string };

/** A process of its own, so that what is measured and what measures it do not share an event loop. */
export interface BenchProcess<H extends Handlers> {
  pid: number;
  call<M extends keyof H & string>(method: M, ...argument: Parameters<H[M]>): Promise<Awaited<ReturnType<H[M]>>>;
  stop(): Promise<void>;
}

/** Starts `bench/processes/<name>.ts`, which must {@link answer}. */
export async function startProcess<H extends Handlers>(
  name: string,
  env: Record<string, string> = {},
): Promise<BenchProcess<H>> {
  const child = fork(join(import.meta.dirname, '../processes', `${name}.ts`), {
    env: { ...process.env, ...env },
    serialization: 'advanced',
  });
  const waiting = new Map<number, (reply: Reply) => void>();
  let calls = 0;
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply));
  const ended = once(child, 'exit').then(([code, signal]) => {
    for (const settle of waiting.values()) settle({ id: 0, error: `${name} ended (${code ?? signal})` });
  });
  return {
    pid: child.pid!,
    call: (method, ...[argument]) =>
      new Promise((resolve, reject) => {
        const id = ++calls;
        waiting.set(id, ({ value, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(value as never);
          else reject(new Error(error));
        });
        child.send({ id, method, argument } satisfies Call);
      }),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The other side: answers the calls of the process that started this one. */
export function answer(handlers: Handlers): void {
  process.on('message', async ({ id, method, argument }: Call) => {
    let reply: Reply;
    try {
      reply = { id, value: await handlers[method]!(argument as never) };
    } catch (error) {
      reply = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.send!(reply);
  });
  process.on('disconnect', () => process.exit());
}
