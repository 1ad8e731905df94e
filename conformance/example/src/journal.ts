import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const newline = 10;

// #region journal
/**
 * A file of JSON lines that any number of processes append to. Its order decides everything: whoever applies the entries from
 * the first to the last comes to the same result, so nobody needs a lock.
 */
export class Journal<Entry> {
  readonly #path: string;
  readonly #apply: (entry: Entry) => void;
  /** How much of the file was applied. */
  #offset = 0;
  #reading: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;

  constructor(path: string, apply: (entry: Entry) => void) {
    this.#path = path;
    this.#apply = apply;
  }

  /** One write: the system puts it behind what is there. The newline before it ends what a writer that died has left torn. */
  async append(entry: Entry): Promise<void> {
    const bytes = Buffer.from(`\n${JSON.stringify(entry)}\n`);
    await mkdir(dirname(this.#path), { recursive: true });
    await using file = await open(this.#path, 'a', 0o600);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) throw Object.assign(new Error('the entry was cut'), { code: 'ENOSPC' });
  }

  /** Applies every entry whose append has resolved before this call. Calls that wait share one look at the file. */
  catchUp(): Promise<void> {
    this.#queued ??= this.#reading.then(() => {
      this.#queued = undefined;
      const read = this.#read();
      this.#reading = read.catch(() => undefined);
      return read;
    });
    return this.#queued;
  }
  // #endregion

  async #read(): Promise<void> {
    const size = await stat(this.#path).then(
      (found) => found.size,
      () => 0,
    );
    if (size <= this.#offset) return;
    await using file = await open(this.#path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - this.#offset), 0, null, this.#offset);
    const bytes = buffer.subarray(0, bytesRead);
    const complete = bytes.lastIndexOf(newline) + 1;
    this.#offset += complete;
    for (const line of bytes.toString('utf8', 0, complete).split('\n')) {
      const entry = line === '' ? undefined : parse<Entry>(line);
      if (entry !== undefined) this.#apply(entry);
    }
  }
}

/** A torn entry is none: its writer was never told that it was written. */
function parse<Entry>(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}
