import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

export interface DockerEngine {
  /** `docker <words>`: what it prints. Throws with what it says when it fails. */
  docker(words: readonly string[], input?: Uint8Array): string;
  /** What a container has printed, on both streams. */
  logs(container: string): string;
  close(): Promise<void>;
}

/**
 * The engine that `docker` reaches; else one of our own, where this is root on a Linux with `dockerd`: without a bridge and without rules, so that
 * this machine's network stays as it is. Its containers have the network of the machine, or none. `undefined`: neither is to be had.
 */
export async function openDockerEngine(): Promise<DockerEngine | undefined> {
  if (process.platform !== 'linux') return undefined;
  if (answers(process.env)) return connect(process.env, async () => {});
  const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;
  if (process.getuid?.() !== 0 || !isThere('docker') || !isThere('dockerd')) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'runvoy-docker-'));
  const host = `unix://${folder}/socket`;
  const env = { ...process.env, DOCKER_HOST: host };
  const own = [`--host=${host}`, `--data-root=${folder}/data`, `--exec-root=${folder}/run`, `--pidfile=${folder}/pid`];
  const untouched = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false'];
  // Its mounts go with it.
  const engine = spawn('unshare', ['--mount', 'dockerd', ...own, ...untouched], { stdio: 'ignore' });
  const ended = once(engine, 'exit');
  const close = async () => {
    engine.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  // Some machines do not let it do what it must.
  const ready = vi.waitUntil(() => answers(env) || engine.exitCode !== null, { timeout: 30_000, interval: 100 });
  await ready.catch(() => engine.kill('SIGTERM'));
  if (engine.exitCode === null && !engine.killed) return connect(env, close);
  await close();
  return undefined;
}

function connect(env: NodeJS.ProcessEnv, close: () => Promise<void>): DockerEngine {
  const run = (words: readonly string[], input?: Uint8Array) => {
    const ended = spawnSync('docker', words, { env, encoding: 'utf8', ...(input && { input }) });
    if (ended.status !== 0) throw new Error(`docker ${words.join(' ')}: ${ended.stderr}`);
    return ended;
  };
  return {
    docker: (words, input) => run(words, input).stdout.trim(),
    logs(container) {
      const { stdout, stderr } = run(['logs', container]);
      return stdout + stderr;
    },
    close,
  };
}

const answers = (env: NodeJS.ProcessEnv): boolean =>
  spawnSync('docker', ['version'], { env, timeout: 5000 }).status === 0;
