import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

export interface DockerEngine {
  /** `docker <words>`: what it prints. Throws with what it says when it fails. */
  docker(words: readonly string[], input?: Uint8Array): string;
  close(): Promise<void>;
}

/**
 * The engine that `docker` reaches; else one of our own, where this is root on a Linux with `dockerd`: without a bridge and without rules, so that
 * this machine's network stays as it is. Its containers have the network of the machine, or none. `undefined`: neither is to be had.
 */
export async function openDockerEngine(): Promise<DockerEngine | undefined> {
  if (process.platform !== 'linux') return undefined;
  if (answers()) return { docker: (words, input) => docker({}, words, input), close: async () => {} };
  if (process.getuid?.() !== 0 || spawnSync('dockerd', ['--version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'runvoy-docker-'));
  const env = { DOCKER_HOST: `unix://${folder}/socket` };
  const own = [`--host=${env.DOCKER_HOST}`, `--data-root=${folder}/data`, `--exec-root=${folder}/run`];
  const untouched = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false'];
  // Its mounts go with it.
  const words = ['--mount', 'dockerd', ...own, `--pidfile=${folder}/pid`, ...untouched];
  const engine = spawn('unshare', words, { stdio: 'ignore' });
  const ended = once(engine, 'exit');
  await vi.waitUntil(() => answers(env) || engine.exitCode !== null, { timeout: 30_000, interval: 100 });
  return {
    docker: (words, input) => docker(env, words, input),
    async close() {
      engine.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const answers = (env: NodeJS.ProcessEnv = {}): boolean =>
  spawnSync('docker', ['version'], { env: { ...process.env, ...env }, timeout: 5000 }).status === 0;

function docker(env: NodeJS.ProcessEnv, words: readonly string[], input?: Uint8Array): string {
  return execFileSync('docker', words, {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input && { input }),
  }).trim();
}
