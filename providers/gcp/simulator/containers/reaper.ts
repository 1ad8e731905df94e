import { type ChildProcess, spawn } from 'node:child_process';

/** Reads `+pid` when a group starts and `-pid` when it has ended. The input ends with the process that writes it, however that ends. */
const script = `
groups=' '
while read -r line; do
  case $line in
    +*) groups="$groups\${line#+} " ;;
    -*) group=\${line#-}; groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
rm -rf "$0"
`;

/** Outlives this process by a moment, should it be killed: ends the containers that still run, and removes their folder. */
export class Reaper {
  readonly #shell: ChildProcess;

  constructor(folder: string) {
    this.#shell = spawn('/bin/sh', ['-c', script, folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // In a group of its own: Ctrl-C in a terminal is for all of this process's.
      detached: true,
      cwd: '/',
    });
    this.#shell.on('error', () => {});
    this.#shell.stdin!.on('error', () => {});
    this.#shell.unref();
    (this.#shell.stdin as unknown as { unref(): void }).unref();
  }

  watch(group: number): void {
    this.#shell.stdin!.write(`+${group}\n`);
  }

  forget(group: number): void {
    this.#shell.stdin!.write(`-${group}\n`);
  }

  close(): void {
    this.#shell.stdin!.end();
  }
}
