import { statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { checkoutScript } from '@runvoy/core/toolkit';
import type { Conclusion, Run } from './run.ts';

/** The folder that the command runs in: with a git checkout, a folder of the checkout. */
export async function checkOut(run: Run): Promise<{ directory: string } | Conclusion> {
  const { git, execution, hostEnvironment } = run.order;
  if (!git) return { directory: run.workspace };
  const repository = join(run.workspace, 'repo');
  const directory = resolve(repository, git.path ?? '.');
  if (relative(repository, directory).split('/')[0] === '..') {
    return failed(`the path ${git.path} leads out of the repository`);
  }
  run.explain('checking out the repository');
  const outcome = await run.execute({
    file: '/bin/sh',
    args: ['-c', checkoutScript],
    directory: run.workspace,
    environment: {
      ...hostEnvironment,
      RUNVOY_EXECUTION_ID: execution,
      RUNVOY_GIT_URL: git.url,
      RUNVOY_GIT_REF: git.ref ?? '',
      RUNVOY_GIT_TOKEN: git.token ?? '',
      RUNVOY_GIT_DIRECTORY: repository,
    },
    stream: 'system',
  });
  if (!('code' in outcome) || outcome.code !== 0) return failed('the git checkout failed; the log says why');
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    return failed(`the repository has no folder ${git.path}`);
  }
  return { directory };
}

const failed = (detail: string): Conclusion => ({ reason: 'start-failed', detail });
