import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { files } from '../data-folder.ts';

const largestLogBytes = 1024 * 1024;

/**
 * Starts a supervisor that outlives this process. One too many is harmless: it finds the other and leaves.
 * `environment` is all that it sees of ours; compiled code is kept, which halves its next start.
 */
export function launchSupervisor(folder: string, environment: Record<string, string>): ChildProcess {
  const log = openLog(files.supervisorLog(folder));
  try {
    const child = spawn(process.execPath, [...supervisorArguments(), folder], {
      cwd: folder,
      env: { ...environment, NODE_COMPILE_CACHE: files.compileCache(folder) },
      stdio: ['ignore', 'ignore', log],
      detached: true,
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** The program lies beside this one, in the form that this one has: source, ES module, or part of a CommonJS bundle. */
function supervisorArguments(): string[] {
  const extension = extname(fileURLToPath(import.meta.url));
  const name = extension === '.ts' ? './main.ts' : `./supervisor${extension}`;
  const program = fileURLToPath(new URL(name, import.meta.url));
  // To start a process is to copy the page tables, and then every page that is written to: a small young generation makes
  // that three times cheaper.
  const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1'];
  return extension === '.ts' ? [...flags, '--conditions=source', program] : [...flags, program];
}

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largestLogBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}
