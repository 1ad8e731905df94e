import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A folder with empty folders and links as in `/`, over which each container mounts the real ones in its own namespace. It is never removed
 * recursively: should a mount ever be seen from outside, that would empty this machine.
 */
export class Skeleton {
  readonly path = mkdtempSync(join(tmpdir(), 'runvoy-root-'));
  readonly #folders: string[] = [this.path];
  readonly #links: string[] = [];

  /** Answers with the names of the folders. */
  copyTopLevel(): string[] {
    const names: string[] = [];
    for (const entry of readdirSync('/', { withFileTypes: true })) {
      if (entry.isSymbolicLink()) {
        symlinkSync(readlinkSync(`/${entry.name}`), join(this.path, entry.name));
        this.#links.push(join(this.path, entry.name));
      } else if (entry.isDirectory()) {
        this.makeFolder(entry.name);
        names.push(entry.name);
      }
    }
    return names;
  }

  /** With those above it; one that is there is left as it is. */
  makeFolder(path: string): void {
    const folder = join(this.path, path);
    if (this.#folders.includes(folder)) return;
    if (dirname(folder) !== this.path) this.makeFolder(dirname(path));
    mkdirSync(folder);
    this.#folders.push(folder);
  }

  remove(): void {
    for (const link of this.#links.splice(0)) unlinkSync(link);
    for (const folder of this.#folders.splice(0).reverse()) rmdirSync(folder);
  }
}
