import { userInfo } from 'node:os';

/** Whose runs those on this machine are, in the form of an address, which the records want. */
export function localUser(): string {
  return `${userName().replace(/[^\w.-]/g, '-')}@localhost`;
}

function userName(): string {
  try {
    return userInfo().username || 'user';
  } catch {
    // The user id has no name, as is usual in containers.
    return `user-${process.getuid?.() ?? 0}`;
  }
}
