import { mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Mount {
  /** A folder of this machine. */
  source: string;
  /** Where the container sees it. */
  path: string;
}

/** What to start for a container. */
export interface LaunchPlan {
  file: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd: string;
}

export interface Program {
  argv: readonly string[];
  env: Record<string, string>;
  /** As the container sees it; `/` when nobody said. */
  workingDir: string;
  mounts: readonly Mount[];
  /** The container's own empty folder: what it has instead of the image's file system. */
  scratch: string;
}

/** Without volumes there is nothing to mount: the program runs as it is, in its own folder. */
export function plainPlan({ argv, env, workingDir, scratch }: Program): LaunchPlan {
  const [file, ...args] = argv;
  return { file: file!, args, env, cwd: workingDir === '/' ? scratch : workingDir };
}

/**
 * With Linux's namespaces, and no privilege: a new root in memory that has everything of this machine in it, and the volumes
 * where the container expects them.
 */
export function namespacePlan({ argv, env, workingDir, mounts, scratch }: Program): LaunchPlan {
  const root = join(scratch, 'root');
  const fstab = join(scratch, 'fstab');
  const folders: string[] = [];
  const links: string[] = [];
  const lines: string[] = [];
  for (const { name, kind } of topOfMachine()) {
    if (kind === 'link') links.push(`ln -s ${quoted(readlinkSync(`/${name}`))} ${quoted(join(root, name))}`);
    else {
      folders.push(join(root, name));
      lines.push(`${escaped(`/${name}`)} ${escaped(join(root, name))} none rbind 0 0`);
    }
  }
  for (const { source, path } of mounts) {
    folders.push(join(root, path));
    lines.push(`${escaped(source)} ${escaped(join(root, path))} none bind 0 0`);
  }
  if (!mounts.some(({ path }) => isInside(workingDir, path))) folders.push(join(root, workingDir));
  mkdirSync(root);
  writeFileSync(fstab, `${lines.join('\n')}\n`);
  const script = [
    'set -e',
    `mount -t tmpfs -o mode=755 runvoy ${quoted(root)}`,
    `mkdir -p ${folders.map(quoted).join(' ')}`,
    ...links,
    `mount -a -T ${quoted(fstab)}`,
    `exec chroot ${quoted(root)} /bin/sh -c 'cd "$0" && exec "$@"' ${quoted(workingDir)} "$@"`,
  ].join('\n');
  return {
    file: 'unshare',
    args: ['--user', '--map-root-user', '--mount', '/bin/sh', '-c', script, 'sh', ...argv],
    env,
    cwd: scratch,
  };
}

/**
 * Where there are no namespaces (macOS, most containers): the paths of the volumes are replaced in what the container is told.
 * A program that makes up such a path by itself does not find it.
 */
export function replacedPathsPlan(program: Program): LaunchPlan {
  const { mounts } = program;
  const replace = (text: string) =>
    mounts.reduce((replaced, { source, path }) => replaced.replace(wholePath(path), () => source), text);
  const env = Object.fromEntries(Object.entries(program.env).map(([name, value]) => [name, replace(value)]));
  return plainPlan({ ...program, argv: program.argv.map(replace), env, workingDir: replace(program.workingDir) });
}

/** The path, but not the beginning of another name, nor a part of a longer path. */
const wholePath = (path: string): RegExp =>
  new RegExp(`(?<![A-Za-z0-9_./-])${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![A-Za-z0-9_.-])`, 'g');

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function topOfMachine(): { name: string; kind: 'folder' | 'link' }[] {
  const found: { name: string; kind: 'folder' | 'link' }[] = [];
  for (const entry of readdirSync('/', { withFileTypes: true })) {
    if (entry.isSymbolicLink()) found.push({ name: entry.name, kind: 'link' });
    else if (entry.isDirectory() && isReadable(entry.name)) found.push({ name: entry.name, kind: 'folder' });
  }
  return found;
}

function isReadable(name: string): boolean {
  try {
    statSync(`/${name}`);
    return true;
  } catch {
    return false;
  }
}

/** For the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** For fstab, which separates by blanks. */
const escaped = (text: string): string =>
  text.replaceAll('\\', '\\134').replaceAll(' ', '\\040').replaceAll('\t', '\\011');
