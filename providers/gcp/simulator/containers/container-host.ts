import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ContainerProcess, type Stream } from './container-process.ts';
import { killMarked } from './kill-marked.ts';
import { namespacePlan, type Program, plainPlan, replacedPathsPlan } from './launch-plan.ts';
import { Pipes } from './pipes.ts';
import { Reaper } from './reaper.ts';
import { writeStandIns } from './stand-ins.ts';

/** How containers see volumes under their paths. */
export type Isolation = 'namespaces' | 'replaced-paths';

/** The machine on which the containers of all projects run: as processes of it, in folders of its own. */
export class ContainerHost {
  readonly #folder = mkdtempSync(join(tmpdir(), 'runvoy-gcp-'));
  readonly #pipes = new Pipes(join(this.#folder, 'pipes'));
  readonly #reaper = new Reaper(this.#folder);
  readonly #starting = new Set<Promise<ContainerProcess>>();
  readonly #processes = new Set<ContainerProcess>();
  readonly #marks = new Set<string>();
  readonly #log: (text: string) => void;
  #isolation: Promise<Isolation> | undefined;
  #made = 0;
  #closed = false;

  /** `isolation`: where it is not to be found out. */
  constructor(log: (text: string) => void, isolation?: Isolation) {
    this.#log = log;
    if (isolation) this.#isolation = Promise.resolve(isolation);
  }

  /** A new empty folder, that everybody in a container may use. */
  folder(): string {
    const path = join(this.#folder, `task-${++this.#made}`);
    mkdirSync(path);
    chmodSync(path, 0o777);
    return path;
  }

  /** Programs that containers find before the machine's own: they reach Google's hosts in this simulator. */
  standIns(port: number): string {
    return writeStandIns(join(this.#folder, 'bin'), port);
  }

  /** `mark`: a `NAME=value` of the environment that no other task on this machine has. */
  async start(
    program: Program,
    mark: string,
    output: (stream: Stream, lines: string[]) => void,
  ): Promise<ContainerProcess> {
    const plan = program.mounts.length === 0 ? plainPlan(program) : await this.#mountingPlan(program);
    this.#marks.add(mark);
    const starting = ContainerProcess.start(plan, this.#pipes, output);
    this.#starting.add(starting);
    const started = await starting.finally(() => this.#starting.delete(starting));
    this.#processes.add(started);
    if (started.pid !== undefined) this.#reaper.watch(started.pid);
    void started.ended.then(() => {
      this.#processes.delete(started);
      if (started.pid !== undefined) this.#reaper.forget(started.pid);
    });
    if (this.#closed) started.signal('SIGKILL');
    return started;
  }

  /** Ends whatever a task has left anywhere, and its folder. */
  clean(mark: string, folder: string): void {
    killMarked([mark]);
    this.#marks.delete(mark);
    rmSync(folder, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#starting);
    const running = [...this.#processes];
    for (const each of running) each.signal('SIGKILL');
    killMarked(this.#marks);
    await Promise.all(running.map(({ ended }) => ended));
    rmSync(this.#folder, { recursive: true, force: true });
    this.#reaper.close();
  }

  async #mountingPlan(program: Program) {
    this.#isolation ??= this.#probe();
    return (await this.#isolation) === 'namespaces' ? namespacePlan(program) : replacedPathsPlan(program);
  }

  /** Tries it once with a program that does nothing. */
  async #probe(): Promise<Isolation> {
    const scratch = this.folder();
    const source = join(scratch, 'volume');
    mkdirSync(source);
    const plan = namespacePlan({
      argv: ['/bin/sh', '-c', 'test -d /runvoy-probe'],
      env: { PATH: process.env.PATH ?? '' },
      workingDir: '/',
      mounts: [{ source, path: '/runvoy-probe' }],
      scratch,
    });
    try {
      await promisify(execFile)(plan.file, [...plan.args], { env: plan.env, cwd: plan.cwd, timeout: 10_000 });
      return 'namespaces';
    } catch (error) {
      const reason = ((error as { stderr?: string }).stderr ?? (error as Error).message).trim();
      this.#log(
        `no namespaces on this machine (${reason}): paths of volumes are replaced in commands and variables instead`,
      );
      return 'replaced-paths';
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
}
