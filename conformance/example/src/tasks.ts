import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { RunvoyError, type TaskSpec, type TaskState, type Tasks, type TaskTemplate } from '@runvoy/core/provider';
import { fileName, readJson, replaceJson, writeOnce } from './files.ts';
import { Journal } from './journal.ts';
import { logPath } from './logs.ts';
import { send, signalTask } from './processes.ts';
import { type Claim, changesPath, type Ended, isAlive, readState, taskFiles } from './task-files.ts';

export const onlyImage = 'host';

export function createTasks(folder: string): Tasks {
  const templates = join(folder, 'templates');

  // #region inspect
  const inspect = async (executionId: string): Promise<TaskState> => {
    const state = await readState(folder, executionId);
    if (state.phase === 'absent' || state.phase === 'ended') return state;
    const files = taskFiles(folder, executionId);
    const claim = (await readJson<Claim>(files.claim))!;
    if (await isAlive(claim)) return state;
    // Nobody is left to say how it ended, unless the runner has done so since we looked.
    await signalTask(executionId, 'SIGKILL');
    const lost: Ended = { phase: 'ended', reason: 'lost', endedAt: Date.now(), detail: 'its runner was killed' };
    if (await writeOnce(files.end, lost)) {
      await new Journal(logPath(folder, executionId), () => {}).append({ lines: [], end: true });
      await new Journal(changesPath(folder), () => {}).append({ changed: executionId });
    }
    return readState(folder, executionId);
  };
  // #endregion

  return {
    async prepare(template) {
      refuseImpossible(template);
      const ref = fileName(JSON.stringify(Object.entries(template).sort()));
      await replaceJson(join(templates, ref), template);
      return { ref, notes: ['commands run on this machine as its user: CPU and memory are not limited'] };
    },
    async forget(ref) {
      await rm(join(templates, ref), { force: true });
    },
    async templates() {
      return (await readdir(templates).catch(() => [])).filter((name) => !name.endsWith('.new'));
    },
    // #region start
    async start(spec) {
      refuseImpossible(spec.template);
      if ((await readState(folder, spec.executionId)).phase === 'absent') await startRunner(folder, spec);
      return { ref: spec.executionId, state: await readState(folder, spec.executionId) };
    },
    // #endregion
    inspect: ({ executionId }) => inspect(executionId),
    // #region stop
    async stop({ executionId }) {
      const files = taskFiles(folder, executionId);
      // First the note, then the signal: a runner that has not begun to listen looks for the note afterwards.
      await writeOnce(files.stop, { time: Date.now() });
      const claim = await readJson<Claim>(files.claim);
      if (claim && (await isAlive(claim))) send(claim.pid, 'SIGTERM');
    },
    // #endregion
    async list() {
      const names = await readdir(join(folder, 'tasks')).catch(() => []);
      const claims = await Promise.all(names.map((name) => readJson<Claim>(join(folder, 'tasks', name, 'claim.json'))));
      const living = claims.map(async (claim) => {
        if (!claim || (await inspect(claim.executionId)).phase === 'ended') return [];
        return [{ executionId: claim.executionId, ref: claim.executionId }];
      });
      return (await Promise.all(living)).flat();
    },
  };
}

// #region runner
/** Resolves when a runner, this one or another one's, has the task. Secrets go through its standard input, not its arguments. */
async function startRunner(folder: string, spec: TaskSpec): Promise<void> {
  const { PATH, HOME } = process.env;
  const file = fileURLToPath(new URL('./runner.ts', import.meta.url));
  const runner = spawn(process.execPath, ['--no-warnings', file, folder], {
    detached: true,
    env: { PATH, HOME },
    cwd: '/',
  });
  runner.unref();
  const stdin = spec.stdin && Buffer.from(spec.stdin).toString('base64');
  runner.stdin.on('error', () => {}).end(JSON.stringify({ ...spec, stdin }));
  const answer = await text(runner.stdout);
  if (answer !== 'claimed') throw new Error(`the runner did not start: ${await text(runner.stderr)}`);
  runner.stderr.destroy();
}
// #endregion

function refuseImpossible({ image, platform, taskRole, executionRole }: TaskTemplate): void {
  const refused = (field: string, message: string, remedy: string) =>
    new RunvoyError('INVALID_REQUEST', message, { field, remedy });
  if (image !== onlyImage)
    throw refused('image', `${image} cannot run: there are no containers`, `Use the image "${onlyImage}".`);
  if (!/^linux\/(arm64|x86_64)$/i.test(platform))
    throw refused('runtime_platform', `the platform ${platform} is not known`, 'Use Linux/X86_64 or Linux/ARM64.');
  if (taskRole ?? executionRole)
    throw refused('task_role_name', 'there are no roles', 'Leave it out: commands run as the user of this machine.');
}
