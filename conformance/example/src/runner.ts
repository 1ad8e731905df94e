/** The process that keeps one task, and outlives the server that started it. `node runner.ts <folder>`, the task on stdin. */
import { json } from 'node:stream/consumers';
import type { TaskSpec } from '@runvoy/core/provider';
import { readJson, writeOnce } from './files.ts';
import { Journal } from './journal.ts';
import { logPath } from './logs.ts';
import { beginningOf } from './processes.ts';
import { runTask } from './run-task.ts';
import { changesPath, taskFiles } from './task-files.ts';

const [folder = ''] = process.argv.slice(2);
const { stdin, ...rest } = (await json(process.stdin)) as Omit<TaskSpec, 'stdin'> & { stdin?: string };
const spec: TaskSpec = { ...rest, ...(stdin !== undefined && { stdin: Buffer.from(stdin, 'base64') }) };
const { executionId } = spec;
const files = taskFiles(folder, executionId);

const stopping = new AbortController();
process.on('SIGTERM', () => stopping.abort('stopped'));

// #region claim
const claim = { executionId, pid: process.pid, beginning: await beginningOf(process.pid) };
const isMine = await writeOnce(files.claim, claim);
process.stdout.end('claimed');
if (!isMine) process.exit(0);
if (await readJson(files.stop)) stopping.abort('stopped');
// #endregion

const log = new Journal<object>(logPath(folder, executionId), () => {});
const changes = new Journal<object>(changesPath(folder), () => {});
const tell = () => changes.append({ changed: executionId });

const end = await runTask(spec, stopping, {
  keep: (lines) => log.append({ lines }),
  async running(startedAt) {
    await writeOnce(files.running, { startedAt });
    await tell();
  },
});
// In this order: whoever sees the end finds every line.
await log.append({ lines: [], end: true });
await writeOnce(files.end, { phase: 'ended', endedAt: Date.now(), ...end });
await tell();
process.exit(0);
