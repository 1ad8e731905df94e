import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export interface ViewerFile {
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
  gzipped: Uint8Array<ArrayBuffer>;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Beside a bundle that this file is a part of, or, when sources run as they are, where core's build puts it. */
const folders = ['./viewer/', '../../../dist/viewer/'];

/** The built viewer by path, `/index.html` and `/assets/…`; `undefined` when it has not been built. */
export function readViewerFiles(): ReadonlyMap<string, ViewerFile> | undefined {
  for (const folder of folders) {
    const root = fileURLToPath(new URL(folder, import.meta.url));
    const names = namesIn(root);
    if (names.includes('index.html')) return new Map(names.map((name) => [`/${name}`, readFile(root, name)]));
  }
  return undefined;
}

function namesIn(root: string): string[] {
  try {
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => types[extname(name)] !== undefined);
  } catch {
    return [];
  }
}

function readFile(root: string, name: string): ViewerFile {
  const bytes = new Uint8Array(readFileSync(join(root, name)));
  return { type: types[extname(name)]!, bytes, gzipped: new Uint8Array(gzipSync(bytes)) };
}
