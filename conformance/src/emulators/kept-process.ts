import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

export interface KeptProcess {
  /** Settles when it has ended, with what it said last. */
  ended: Promise<string>;
  /** Asks for its end, and waits for it. Never rejects. */
  stop(): Promise<void>;
}

/**
 * A shell that starts the program and waits for the end of its own standard input, which is the other end of a pipe that only
 * this process holds. However this process ends (exit, Ctrl-C, a crash, SIGKILL) the system closes the pipe, and the shell ends
 * the program by its id, with SIGKILL five seconds later. No handler of ours has to run for that.
 */
const keeper = `
exec 3<&0 </dev/null
"$@" 3<&- &
program=$!
{ cat <&3 >/dev/null; kill "$program"; n=0; while kill -0 "$program" && [ $((n += 1)) -le 50 ]; do sleep 0.1; done; kill -9 "$program"; } 2>/dev/null &
exec 3<&-
wait "$program"
`;

const keptCharacters = 2000;

/** Starts a program that ends with this process, whatever ends it. Of its own process group: Ctrl-C is ours to act on. */
export function keepProcess(words: readonly string[]): KeptProcess {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn('/bin/sh', ['-c', keeper, 'sh', ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  let last = '';
  const listen = (stream: Readable) =>
    stream.setEncoding('utf8').on('data', (text: string) => {
      last = (last + text).slice(-keptCharacters);
    });
  listen(child.stdout);
  listen(child.stderr);
  child.stdin.on('error', () => {});
  const ended = once(child, 'exit').then(
    () => {
      // What watches the pipe in there must not outlive the program.
      child.stdin.destroy();
      return last.trim();
    },
    (error: Error) => error.message,
  );
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) unref(handle);
  return {
    ended,
    async stop() {
      child.stdin.destroy();
      child.ref();
      await ended;
    },
  };
}

/** A run that forgets to close must still come to its end: the emulator goes with it. */
function unref(handle: object): void {
  (handle as { unref?(): void }).unref?.();
}
