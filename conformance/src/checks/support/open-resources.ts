import { AsyncLocalStorage, createHook } from 'node:async_hooks';

/**
 * What keeps a process busy or alive. Promises, ticks and the like come and go by themselves; resolvers of names and sessions of
 * HTTP/2 go with the collector, and the sockets of these are looked at.
 */
const lasting = new Set([
  ...['Timeout', 'Immediate', 'TCPWRAP', 'TCPSERVERWRAP', 'TCPSOCKETWRAP', 'TLSWRAP', 'UDPWRAP', 'PIPEWRAP'],
  ...['PIPESERVERWRAP', 'PROCESSWRAP', 'FILEHANDLE', 'FSEVENTWRAP', 'STATWATCHER', 'SIGNALWRAP'],
  ...['MESSAGEPORT', 'WORKER'],
]);

interface Referable {
  handle?: Referable;
  hasRef?(): boolean;
}

const scope = new AsyncLocalStorage<Map<number, { type: string; resource: WeakRef<object> }>>();
let tracking = 0;
const hook = createHook({
  init(id, type, _trigger, resource) {
    if (lasting.has(type)) scope.getStore()?.set(id, { type, resource: new WeakRef(resource) });
  },
  destroy(id) {
    for (const opened of scopes) opened.delete(id);
  },
});
const scopes = new Set<Map<number, { type: string; resource: WeakRef<object> }>>();

/**
 * Does the work, and answers with a look at what it opened, itself or through what it called, that is open still and keeps the
 * process alive. Other work that goes on at the same time is not seen: what counts is who opened it.
 */
export async function openResources(work: () => Promise<unknown>): Promise<() => string[]> {
  const opened = new Map<number, { type: string; resource: WeakRef<object> }>();
  scopes.add(opened);
  if (tracking++ === 0) hook.enable();
  const release = () => {
    scopes.delete(opened);
    if (--tracking === 0) hook.disable();
  };
  try {
    await scope.run(opened, work);
  } catch (error) {
    release();
    throw error;
  }
  return () => {
    const left = [...opened.values()].filter(({ resource }) => {
      const seen = resource.deref() as Referable | undefined;
      // A kept connection that is used again is told of as a new resource, which only holds it.
      return (seen?.handle ?? seen)?.hasRef?.() !== false;
    });
    if (left.length === 0 && scopes.has(opened)) release();
    return left.map(({ type }) => type);
  };
}
