import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { StartFailure } from './prepare-container.ts';
import type { Container } from './types.ts';

type Probe = NonNullable<Container['startupProbe']>;

/**
 * Starts containers, each after the startup probes of those that it depends on have succeeded: start order, not completion.
 * `isOver`: the task ends, so nobody waits any more.
 */
export async function inStartOrder(
  containers: readonly Container[],
  isOver: () => boolean,
  start: (container: Container) => Promise<void>,
): Promise<void> {
  const started = new Map<string, Promise<void>>();
  const begin = (container: Container): Promise<void> => {
    const name = container.name ?? '';
    let starting = started.get(name);
    if (!starting) {
      const before = (container.dependsOn ?? []).map((dependency) =>
        begin(containers.find((each) => each.name === dependency)!),
      );
      starting = Promise.all(before).then(async () => {
        await start(container);
        const isAwaited = containers.some(({ dependsOn }) => dependsOn?.includes(name));
        if (isAwaited) await untilReady(name, container.startupProbe!, isOver);
      });
      started.set(name, starting);
    }
    return starting;
  };
  await Promise.all(containers.map(begin));
}

/** TCP, for the other kinds too: what listens counts as ready. */
async function untilReady(name: string, probe: Probe, isOver: () => boolean): Promise<void> {
  const port = probe.tcpSocket?.port ?? probe.httpGet?.port ?? probe.grpc?.port ?? 8080;
  const periodMs = (probe.periodSeconds || 10) * 1000;
  await pause((probe.initialDelaySeconds ?? 0) * 1000);
  for (let failures = 0; failures < (probe.failureThreshold || 3); failures++) {
    // Within a period it is asked again and again, so that tests need not wait for a whole one.
    for (let waited = 0; waited < periodMs; waited += 50) {
      if (isOver() || (await listens(port))) return;
      await pause(50);
    }
  }
  throw new StartFailure(
    `The container '${name}' failed its startup probe on port ${port}. Logs for this execution might contain more information.`,
  );
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
