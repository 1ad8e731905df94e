import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import type { EndReason, LogLine, TaskSpec } from '@runvoy/core/provider';
import { checkoutScript, createMasker } from '@runvoy/core/toolkit';
import { execute } from './execute.ts';

export interface TaskSink {
  keep(lines: LogLine[]): Promise<void>;
  running(startedAt: number): Promise<void>;
}

export interface TaskEnd {
  reason: EndReason;
  startedAt?: number;
  exitCode?: number;
  signal?: number;
  detail?: string;
}

const failed = (detail: string): TaskEnd => ({ reason: 'start-failed', detail });

/** Runs a task to its end. What ends it early is the reason that `stopping` aborts with. */
export async function runTask(spec: TaskSpec, stopping: AbortController, sink: TaskSink): Promise<TaskEnd> {
  const { executionId, command, env, secretEnv, stdin, git, maskedValues } = spec;
  const timer = setTimeout(() => stopping.abort('timed-out'), spec.timeoutSeconds * 1000);
  const workspace = await mkdtemp(join(tmpdir(), 'runvoy-task-'));
  const masker = createMasker([...maskedValues, ...(git?.token ? [git.token] : [])]);
  const common = { executionId, stopping: stopping.signal, masker, keep: sink.keep };
  let startedAt: number | undefined;
  try {
    const directory = git ? await checkOut() : workspace;
    if (stopping.signal.aborted) return { reason: stopping.signal.reason };
    if (typeof directory !== 'string') return directory;
    const words = 'shell' in command ? ['/bin/sh', '-c', command.shell] : command.argv;
    const how = await execute({
      ...common,
      words,
      directory,
      env: { ...env, ...secretEnv },
      ...(stdin && { stdin }),
      async spawned() {
        startedAt = Date.now();
        await sink.running(startedAt);
      },
    });
    const reason = stopping.signal.aborted ? { reason: stopping.signal.reason as EndReason } : undefined;
    return { ...(reason ?? how), ...(startedAt !== undefined && { startedAt }) };
  } catch (error) {
    return failed((error as Error).message);
  } finally {
    clearTimeout(timer);
    await rm(workspace, { recursive: true, force: true });
  }

  async function checkOut(): Promise<string | TaskEnd> {
    const { url, ref = '', path = '.', token = '' } = git!;
    const repository = join(workspace, 'repository');
    const folder = resolve(repository, path);
    if (relative(repository, folder).startsWith('..')) return failed(`the path ${path} leads out of the repository`);
    const { exitCode } = await execute({
      ...common,
      words: ['/bin/sh', '-c', checkoutScript],
      directory: workspace,
      stream: 'system',
      env: {
        RUNVOY_GIT_URL: url,
        RUNVOY_GIT_REF: ref,
        RUNVOY_GIT_TOKEN: token,
        RUNVOY_GIT_DIRECTORY: repository,
      },
    });
    if (exitCode !== 0) return failed('the git checkout failed; the log says why');
    const isFolder = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    return isFolder ? folder : failed(`the repository has no folder ${path}`);
  }
}
