import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zip } from '../../bin/src/infra/zip.ts';
import { buildViewer } from '../../core/viewer/build.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import { bundle } from './bundle.ts';
import { lambdaFunctions } from './lambda-functions.ts';

export interface ReleaseOptions {
  /** The repository. */
  root: string;
  output: string;
  version: string;
}

/** The earliest time that a ZIP archive can hold. */
const epoch = new Date('1980-01-01T00:00:00Z');

/**
 * Everything that is deployed and is no npm package: `image/`, the context of the server's image; `runvoy-….zip`, the code of the Lambda
 * functions; for each a bill of materials; and SHA256SUMS of it all. Made twice from the same sources, all of it is equal. Returns the
 * paths, and the hashes by them.
 */
export async function buildRelease({ root, output, version }: ReleaseOptions): Promise<Record<string, string>> {
  const files: Record<string, Uint8Array> = {};
  const viewer = await viewerFiles();
  const [server, health, warmUp] = await Promise.all([
    bundle(root, '.ci/release/container.ts'),
    bundle(root, '.ci/release/health.ts'),
    bundle(root, '.ci/release/warm-up.ts'),
  ]);
  const bom = Buffer.from(billOfMaterials(root, 'runvoy-server', version, server.inputs));
  Object.assign(files, {
    'image/Dockerfile': readFileSync(join(root, '.ci/release/Dockerfile')),
    'image/app/server.cjs': server.code,
    'image/app/health.cjs': health.code,
    'image/app/warm-up.cjs': warmUp.code,
    'image/app/LICENSE': readFileSync(join(root, 'LICENSE')),
    'image/app/sbom.cdx.json': bom,
    ...below('image/app/', viewer),
    'runvoy-server.cdx.json': bom,
  });
  for (const [name, entry] of Object.entries(lambdaFunctions)) {
    const { code, inputs } = await bundle(root, entry);
    const served = name === 'runvoy-orchestrator' ? viewer : {};
    files[`${name}.zip`] = zip({ 'index.js': code, LICENSE: readFileSync(join(root, 'LICENSE')), ...served });
    files[`${name}.cdx.json`] = Buffer.from(billOfMaterials(root, name, version, inputs));
  }
  const sums = Object.fromEntries(
    Object.keys(files)
      .sort()
      .map((path) => [path, hash(files[path]!)]),
  );
  files.SHA256SUMS = Buffer.from(
    Object.entries(sums)
      .map(([path, sum]) => `${sum}  ${path}\n`)
      .join(''),
  );
  for (const [path, content] of Object.entries(files)) {
    const target = join(output, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content, { mode: 0o644 });
    utimesSync(target, epoch, epoch);
  }
  // The layer of an image has the times of its folders, too.
  const folders = readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { parentPath, name } of folders) utimesSync(join(parentPath, name), epoch, epoch);
  return sums;
}

/** The web viewer, which the server looks for beside its own file. */
async function viewerFiles(): Promise<Record<string, Uint8Array>> {
  const folder = mkdtempSync(join(tmpdir(), 'runvoy-viewer-'));
  try {
    await buildViewer(folder);
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    const files = paths.filter((path) => statSync(join(folder, path)).isFile());
    return Object.fromEntries(files.map((path) => [`viewer/${path}`, readFileSync(join(folder, path))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const below = (prefix: string, files: Record<string, Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [prefix + path, content]));

const hash = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
