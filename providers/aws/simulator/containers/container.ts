/** What to run. Nothing here knows a cloud: the simulators of several may share this folder. */
export interface ContainerSpec {
  /** The program and its arguments. */
  argv: readonly string[];
  /** The whole environment, but for PATH, which has a default. */
  environment: Readonly<Record<string, string>>;
  /** As the command sees it: absolute. */
  directory: string;
  /** Folders of this machine, and where the command sees them. */
  mounts: readonly Mount[];
  /** Hard limit on resident memory of all its processes together. */
  memoryBytes?: number;
  /** A small init is process 1, which passes SIGTERM on; without it the command is, and ignores SIGTERM unless it handles it. */
  init: boolean;
  /** Called for every line, without its newline; a longer line than `maximumLineBytes` comes in pieces. */
  onLine(line: OutputLine): void;
  maximumLineBytes: number;
}

export interface Mount {
  folder: string;
  path: string;
}

export interface OutputLine {
  stream: 'stdout' | 'stderr';
  /** Bytes that are not UTF-8 are U+FFFD. */
  text: string;
  /** Milliseconds since the epoch. */
  time: number;
}

export interface ContainerEnd {
  /** 128 + n after signal n, as container engines report it. */
  exitCode: number;
  outOfMemory: boolean;
}

export interface Container {
  /** Settles when all its processes are gone and all its output was given to `onLine`. */
  ended: Promise<ContainerEnd>;
  /** SIGTERM to process 1, SIGKILL to everything after so many milliseconds. Later calls change nothing. */
  stop(graceMilliseconds: number): void;
  /** SIGKILL to everything, at once. */
  kill(reason?: 'out-of-memory'): void;
}

/** The program cannot be started: it is not there, or not executable. */
export class StartError extends Error {
  override name = 'StartError';
}
