import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@runvoy/core/testing';

/** The path of moto_server (Python, Apache-2.0), an independent imitation of AWS, where it is installed. */
export function findMoto(): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v moto_server'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

export interface Moto {
  url: string;
  stop(): Promise<void>;
}

export async function startMoto(program: string): Promise<Moto> {
  const port = await freePort();
  const child: ChildProcess = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answered = await fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) break;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('moto_server did not come up');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    async stop() {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
