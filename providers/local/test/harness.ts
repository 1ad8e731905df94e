import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogChunk, OpenContext, Provider, TaskSpec, TaskState, TaskTemplate } from '@runvoy/core/provider';
import { afterEach } from 'vitest';
import plugin from '../src/index.ts';

export const silent: OpenContext['log'] = { debug() {}, info() {}, warn() {}, error() {} };

const cleanups: (() => unknown)[] = [];

/** After the test, last registered first. */
export function cleanUp(work: () => unknown): void {
  cleanups.push(work);
}

afterEach(async () => {
  for (const work of cleanups.splice(0).reverse()) await work();
});

/** A fresh RUNVOY_HOME, removed after the test together with the supervisor that was started for it. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'runvoy-test-'));
  cleanUp(async () => {
    const pid = supervisorPid(home);
    if (pid && isAlive(pid)) {
      process.kill(pid, 'SIGKILL');
      await until(() => !isAlive(pid));
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  return home;
}

export const dataFolder = (home: string) => join(home, 'local');

export function supervisorPid(home: string): number | undefined {
  try {
    return Number(readFileSync(join(dataFolder(home), 'supervisor.lock.pid'), 'utf8'));
  } catch {
    return undefined;
  }
}

export async function openLocal(
  home: string,
  { env = {}, ...context }: Partial<OpenContext> & { env?: Record<string, string> } = {},
): Promise<Provider> {
  const parsed = await plugin.config['~standard'].validate({ ...process.env, RUNVOY_HOME: home, ...env });
  if (parsed.issues) throw new Error(JSON.stringify(parsed.issues));
  const provider = await plugin.open(parsed.value, { now: Date.now, log: silent, role: 'all', ...context });
  cleanUp(() => provider.close());
  return provider;
}

export const hostTemplate: TaskTemplate = {
  imageId: 'host-1',
  image: 'host',
  cpu: 256,
  memory: 512,
  platform: 'Linux/X86_64',
};

export const newId = () => randomBytes(16).toString('hex');

export function spec(command: string | readonly string[], more: Partial<TaskSpec> = {}): TaskSpec {
  return {
    executionId: newId(),
    template: hostTemplate,
    templateRef: 'template',
    command: typeof command === 'string' ? { shell: command } : { argv: command },
    env: {},
    secretEnv: {},
    maskedValues: [],
    timeoutSeconds: 60,
    createdBy: 'ana@example.com',
    ...more,
  };
}

export type Ended = Extract<TaskState, { phase: 'ended' }>;

export async function untilEnded(provider: Provider, executionId: string): Promise<Ended> {
  for await (const page of provider.logs.watch(executionId)) if (page.ended) break;
  const state = await provider.tasks.inspect({ executionId });
  if (state.phase !== 'ended') throw new Error(`the log ended before the task, which is ${state.phase}`);
  return state;
}

export interface Finished {
  executionId: string;
  state: Ended;
  chunks: LogChunk[];
  /** All lines, and those of a stream. */
  text(stream?: string): string;
}

export async function run(
  provider: Provider,
  command: string | readonly string[],
  more: Partial<TaskSpec> = {},
): Promise<Finished> {
  const task = spec(command, more);
  await provider.tasks.start(task);
  const state = await untilEnded(provider, task.executionId);
  return finished(provider, task.executionId, state);
}

export async function finished(provider: Provider, executionId: string, state: Ended): Promise<Finished> {
  const chunks: LogChunk[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await provider.logs.read(executionId, after === undefined ? {} : { after });
    chunks.push(...page.chunks);
    after = page.cursor;
    if (page.ended) break;
  }
  const text = (stream?: string) =>
    Buffer.concat(chunks.filter((chunk) => !stream || chunk.stream === stream).map((chunk) => chunk.text)).toString();
  return { executionId, state, chunks, text };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie, whose parent has not looked at it yet, is dead.
    return process.platform !== 'linux' || !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits for a condition, at most the time that a test has. */
export async function until<T>(condition: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const value = await condition();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Another process that opens the provider and then does what `body` says, with `provider` and `spec`. */
export function otherProcess(home: string, body: string): ChildProcess {
  const program = `
    const { default: plugin } = await import(${JSON.stringify(new URL('../src/index.ts', import.meta.url))});
    const { value } = await plugin.config['~standard'].validate({ ...process.env, RUNVOY_HOME: ${JSON.stringify(home)} });
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const provider = await plugin.open(value, { now: Date.now, log, role: 'all' });
    ${body}`;
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  cleanUp(() => child.kill('SIGKILL'));
  return child;
}

export const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));
