import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DockerEngine } from './docker-engine.ts';

/** The image that the release stands on, or, where it cannot be pulled, one of this machine's Node.js with the libraries it is linked with. */
export function nodeImage({ docker }: DockerEngine, wanted: string): string {
  try {
    docker(['pull', '--quiet', wanted]);
    return wanted;
  } catch {
    const folder = mkdtempSync(join(tmpdir(), 'runvoy-image-'));
    try {
      const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
      for (const path of libraries) copyInto(folder, path, path);
      copyInto(folder, process.execPath, '/usr/local/bin/node');
      const archive = execFileSync('tar', ['-C', folder, '-c', '.'], { maxBuffer: 1024 ** 3 });
      return docker(['import', '--change', 'ENV PATH=/usr/local/bin', '-', 'runvoy-test/node'], archive);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function copyInto(folder: string, from: string, to: string): void {
  mkdirSync(join(folder, dirname(to)), { recursive: true });
  copyFileSync(from, join(folder, to));
}
