import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ContainerSpec } from './container.ts';
import { findProgram } from './find-program.ts';
import { Skeleton } from './skeleton.ts';

const run = promisify(execFile);

/**
 * Linux namespaces by `unshare` of util-linux, as root or as anybody where unprivileged user namespaces are allowed: an own
 * process tree, of which the command is process 1 (and with which everything dies), and an own view of the file system, which is this
 * machine's with the volumes mounted into it. It separates tasks from each other; it is no protection from them.
 */
export interface Namespaces {
  /** The whole command line that runs the container's. */
  wrap(spec: ContainerSpec, folder: string): Promise<string[]>;
  /** Synchronous, so that it can be done when the process exits. */
  close(): void;
}

/**
 * Process 1 inside: mounts, then becomes the command. It writes to descriptor 3 at the last moment, which tells that the container has
 * started; an init does that itself.
 */
const enter = `
"$1" -a -T "$2" || exit 125
mountpoint=$3 chroot=$4 become=$5 directory=$6
shift 6
exec "$chroot" "$mountpoint" /bin/sh -c "$become" "$directory" "$@"
`;
const become = (init: boolean) => `cd "$0" || exit 125; ${init ? 'exec "$@"' : 'echo >&3; exec "$@" 3>&-'}`;

/** Answers with `undefined` where this machine does not allow it. */
export async function openNamespaces(): Promise<Namespaces | undefined> {
  const search = process.env.PATH ?? '/usr/sbin:/usr/bin:/sbin:/bin';
  const [unshare, mount, chroot] = ['unshare', 'mount', 'chroot'].map((name) =>
    findProgram(name, `${search}:/usr/sbin:/sbin`),
  );
  if (!unshare || !mount || !chroot) return undefined;
  const setpriv = findProgram('setpriv', search);
  // Whatever kills this process takes the containers with it.
  const mortal = setpriv ? [setpriv, '--pdeathsig', 'KILL'] : [];
  const base = [...mortal, unshare, '--mount', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'];
  const flags = process.getuid?.() === 0 ? base : [...base, '--map-root-user'];
  const [program, ...options] = flags;
  const works = await run(program!, [...options, '/bin/sh', '-c', 'exit 0']).then(
    () => true,
    () => false,
  );
  if (!works) return undefined;
  const root = new Skeleton();
  const binds = root.copyTopLevel();
  return {
    async wrap({ argv, directory, mounts, init }, folder) {
      for (const { path } of mounts) root.makeFolder(path);
      const table = join(folder, 'mounts');
      const lines = [
        ...binds.map((name) => line(`/${name}`, join(root.path, name))),
        ...mounts.map(({ folder: from, path }) => line(from, join(root.path, path))),
      ];
      await writeFile(table, `${lines.join('\n')}\n`);
      return [
        ...flags,
        '/bin/sh',
        '-c',
        enter,
        'sh',
        mount,
        table,
        root.path,
        chroot,
        become(init),
        directory,
        ...argv,
      ];
    },
    close: () => root.remove(),
  };
}

const line = (from: string, to: string) => `${escapeField(from)} ${escapeField(to)} none rbind 0 0`;

/** As fstab(5) wants it. */
const escapeField = (text: string) =>
  text.replace(/[\s\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
