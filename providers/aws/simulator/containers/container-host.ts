import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { atExit } from './at-exit.ts';
import { type Container, type ContainerEnd, type ContainerSpec, StartError } from './container.ts';
import { findProgram } from './find-program.ts';
import { watchMemory } from './memory-watcher.ts';
import { type Namespaces, openNamespaces } from './namespaces.ts';
import { readLines } from './output-lines.ts';

/** What a container without a PATH of its own has. */
export const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** How long output is waited for after the end, where something got away from the process group and holds the pipe. */
const drainMilliseconds = 1000;

/** An init in four lines: passes SIGTERM on, and ends with its child's exit code. Descriptor 3 tells that it is ready to. */
const init = `
"$@" 3>&- & child=$!
trap 'kill -TERM "$child"' TERM INT
echo >&3
exec 3>&-
while :; do wait "$child"; code=$?; kill -0 "$child" 2>/dev/null || exit "$code"; done
`;

/**
 * Runs commands as processes of this machine, each as a container: an own process tree, volumes where it expects them, a memory
 * limit, lines of output. Where namespaces are not allowed, each is a process group; then a mounted folder is not seen at its
 * path: the working directory and the values of the environment that lie below it name the real folder instead.
 */
export class ContainerHost {
  readonly #folder: string;
  readonly #namespaces: Namespaces | undefined;
  readonly #running = new Set<Container>();
  #count = 0;
  #closed = false;
  readonly #stayAtExit: () => void;

  private constructor(folder: string, namespaces: Namespaces | undefined) {
    this.#folder = folder;
    this.#namespaces = namespaces;
    this.#stayAtExit = atExit(() => {
      namespaces?.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  static async open(options: { isolation?: 'namespaces' | 'process-group' } = {}): Promise<ContainerHost> {
    const folder = await mkdtemp(join(tmpdir(), 'runvoy-containers-'));
    const namespaces = options.isolation === 'process-group' ? undefined : await openNamespaces();
    if (options.isolation === 'namespaces' && !namespaces) throw new Error('this machine allows no namespaces');
    return new ContainerHost(folder, namespaces);
  }

  get isolation(): 'namespaces' | 'process-group' {
    return this.#namespaces ? 'namespaces' : 'process-group';
  }

  /** An empty folder, for a volume. */
  async createFolder(): Promise<string> {
    const folder = join(this.#folder, `volume-${this.#count++}`);
    await mkdir(folder);
    return folder;
  }

  async removeFolders(folders: readonly string[]): Promise<void> {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }

  /** Rejects with `StartError` when there is no such program. */
  async start(spec: ContainerSpec): Promise<Container> {
    if (this.#closed) throw new StartError('the container host is closed');
    const environment: Record<string, string> = { PATH: defaultPath, ...spec.environment };
    const program = findProgram(spec.argv[0] ?? '', environment.PATH!);
    if (program === undefined)
      throw new StartError(`exec: "${spec.argv[0] ?? ''}": executable file not found in $PATH`);
    const argv = spec.init ? ['/bin/sh', '-c', init, 'init', ...spec.argv] : spec.argv;
    const folder = await this.createFolder();
    const words = this.#namespaces ? await this.#namespaces.wrap({ ...spec, argv }, folder) : argv;
    const tellsStart = this.#namespaces !== undefined || spec.init;
    const child = spawn(words[0]!, words.slice(1), {
      cwd: this.#namespaces ? folder : mapped(spec.directory, spec),
      env: this.#namespaces ? environment : mappedEnvironment(environment, spec),
      stdio: ['ignore', 'pipe', 'pipe', tellsStart ? 'pipe' : 'ignore'],
      detached: true,
    });
    await once(child, 'spawn').catch((error: Error) => {
      throw new StartError(error.message);
    });
    if (this.#closed) signalGroup(child.pid!, 'SIGKILL');
    const container = this.#follow(child, spec, folder);
    this.#running.add(container);
    void container.ended.then(() => this.#running.delete(container));
    if (tellsStart) await firstWord(child.stdio[3] as Readable);
    return container;
  }

  #follow(child: ChildProcess, spec: ContainerSpec, folder: string): Container {
    const pid = child.pid!;
    let outOfMemory = false;
    let grace: NodeJS.Timeout | undefined;
    const kill = (reason?: 'out-of-memory') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (reason) outOfMemory = true;
      signalGroup(pid, 'SIGKILL');
    };
    const unwatch =
      spec.memoryBytes === undefined ? undefined : watchMemory(pid, spec.memoryBytes, () => kill('out-of-memory'));
    const { maximumLineBytes, onLine } = spec;
    const drained = Promise.all([
      readLines(child.stdout!, 'stdout', maximumLineBytes, onLine),
      readLines(child.stderr!, 'stderr', maximumLineBytes, onLine),
    ]);
    const ended = once(child, 'exit').then(async ([code, signal]): Promise<ContainerEnd> => {
      clearTimeout(grace);
      unwatch?.();
      signalGroup(pid, 'SIGKILL');
      const late = setTimeout(() => {
        child.stdout!.destroy();
        child.stderr!.destroy();
      }, drainMilliseconds);
      await drained;
      clearTimeout(late);
      await this.removeFolders([folder]);
      return { exitCode: outOfMemory ? 137 : exitCode(code, signal), outOfMemory };
    });
    return {
      ended,
      kill,
      stop: (milliseconds) => {
        if (grace !== undefined) return;
        grace = setTimeout(kill, milliseconds);
        signal(this.#namespaces ? firstProcess(pid) : pid, 'SIGTERM');
      },
    };
  }

  /** Ends every container and removes every folder. */
  async close(): Promise<void> {
    this.#closed = true;
    const running = [...this.#running];
    for (const container of running) container.kill();
    await Promise.all(running.map(({ ended }) => ended));
    this.#stayAtExit();
    this.#namespaces?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Or the end, when it came to nothing. */
async function firstWord(source: Readable): Promise<void> {
  await Promise.race([once(source, 'data'), once(source, 'close')]);
  source.destroy();
}

const exitCode = (code: number | null, name: NodeJS.Signals | null): number =>
  code ?? 128 + (name === null ? 0 : constants.signals[name]);

/** `unshare` stays outside and waits; its only child is process 1 inside. */
function firstProcess(outside: number): number {
  try {
    const [inside] = readFileSync(`/proc/${outside}/task/${outside}/children`, 'utf8').trim().split(' ');
    return Number(inside) || outside;
  } catch {
    return outside;
  }
}

const signalGroup = (pid: number, name: NodeJS.Signals) => signal(-pid, name);

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone.
  }
}

function mapped(text: string, { mounts }: ContainerSpec): string {
  const mount = mounts.find(({ path }) => text === path || text.startsWith(`${path}/`));
  return mount ? resolve(mount.folder, `.${text.slice(mount.path.length)}`) : text;
}

const mappedEnvironment = (environment: Record<string, string>, spec: ContainerSpec) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, mapped(value, spec)]));
