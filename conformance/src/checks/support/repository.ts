import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { World } from '../../world.ts';
import { inSharedFolder } from './shared-folder.ts';

const run = promisify(execFile);

export interface Repository {
  url: string;
  /** The first commit, which is not at the end of any branch. */
  first: string;
}

/**
 * A git repository with the branches `main` (the default) and `feature/odd`, the tag `v1` at the first commit, and in every commit
 * a file `which` that names it and a folder `sub folder` with a file `inside`.
 */
export function withRepository(world: World, work: (repository: Repository) => Promise<void>): Promise<void> {
  return inSharedFolder(async (parent) => {
    const folder = join(parent, 'repository');
    mkdirSync(join(folder, 'sub folder'), { recursive: true });
    const git = async (...args: string[]) => {
      const identity = ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', '-c', 'commit.gpgsign=false'];
      const { stdout } = await run('git', ['-C', folder, ...identity, ...args]);
      return stdout.trim();
    };
    const commit = async (name: string) => {
      writeFileSync(join(folder, 'which'), `${name}\n`);
      await git('add', '-A');
      await git('commit', '-q', '-m', name);
    };
    await git('init', '-q', '-b', 'main');
    writeFileSync(join(folder, 'sub folder', 'inside'), 'inside\n');
    await commit('first');
    await git('tag', 'v1');
    const first = await git('rev-parse', 'HEAD');
    await git('checkout', '-q', '-b', 'feature/odd');
    await commit('feature');
    await git('checkout', '-q', 'main');
    await commit('main');
    const { repositories } = world.harness;
    const url = typeof repositories === 'function' ? repositories(folder) : pathToFileURL(folder).href;
    await work({ url, first });
  });
}
