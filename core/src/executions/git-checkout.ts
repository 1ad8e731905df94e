import { RunvoyError } from '../contract/errors.ts';
import type { GitCheckout } from '../contract/tasks.ts';
import type { RunInput } from '../services.ts';

/**
 * Checks what a request says of git, and finds the token: `GITHUB_TOKEN` for github.com over https, as upstream, and
 * `GIT_TOKEN` for any https remote.
 */
export function planCheckout(git: RunInput['git'], variables: Record<string, string>): GitCheckout | undefined {
  if (!git) return undefined;
  const { repo, ref, path } = git;
  if (!/^(https?:\/\/|ssh:\/\/|git:\/\/|file:\/\/|\/|[\w.-]+@[\w.-]+:)/.test(repo)) {
    throw new RunvoyError('INVALID_REQUEST', `git_repo ${JSON.stringify(repo)} is not the URL of a git remote`, {
      field: 'git_repo',
      remedy: 'Use an https:// or ssh:// URL, e.g. https://github.com/acme/infrastructure.',
    });
  }
  if (/^https?:\/\/[^/]*@/.test(repo)) {
    throw new RunvoyError('INVALID_REQUEST', 'git_repo carries credentials, which would be recorded and shown', {
      field: 'git_repo',
      remedy: 'Take them out of the URL, and give the token as a secret whose key name is GITHUB_TOKEN or GIT_TOKEN.',
    });
  }
  if (ref?.startsWith('-') || (ref !== undefined && /[\s~^:?*[\\]/.test(ref))) {
    throw new RunvoyError('INVALID_REQUEST', `git_ref ${JSON.stringify(ref)} is not a branch, tag or commit`, {
      field: 'git_ref',
      remedy: 'Give the name of a branch or tag, or a commit id.',
    });
  }
  if (path?.split('/').includes('..')) {
    throw new RunvoyError('INVALID_REQUEST', 'git_path leaves the repository', {
      field: 'git_path',
      remedy: 'Give a folder inside the repository, without "..".',
    });
  }
  const token = repo.startsWith('https://')
    ? (repo.startsWith('https://github.com/') && variables.GITHUB_TOKEN) || variables.GIT_TOKEN
    : undefined;
  const folder = path?.replace(/^\/+/, '').replace(/^\.?$/, '');
  return {
    url: repo,
    ...(ref && { ref }),
    ...(folder && { path: folder }),
    ...(token && { token }),
  };
}
