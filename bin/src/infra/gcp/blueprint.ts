import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { RunvoyError } from '@runvoy/core/provider';
import { shippedFile } from '../shipped-files.ts';
import { zip } from '../zip.ts';
import type { GoogleClient } from './google-client.ts';

/** Where Infrastructure Manager takes a module from. */
export type BlueprintSource = { gcsSource: string } | { gitSource: { repo: string; directory?: string; ref?: string } };

/** The module's own files, by their paths in an archive: no examples, no documents, no state of somebody's Terraform. */
export function moduleFiles(folder: string | undefined): Record<string, Uint8Array> {
  const root = folder ?? shippedFile('gcp', '');
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new RunvoyError('INVALID_REQUEST', `${root} is no folder`, {
      field: '--template',
      remedy:
        'Give the folder of a Terraform module, gs://<bucket>/<object> or https://<git repository>//<folder>?ref=<tag>.',
    });
  const files: Record<string, Uint8Array> = {};
  const visit = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'examples') visit(path);
      else if (/\.(tf|json|tftpl)$/.test(entry.name) && !/tfstate|tfvars/.test(entry.name))
        files[relative(root, path).split(sep).join('/')] = readFileSync(path);
    }
  };
  visit(root);
  // The code's own file of indexes is beside the folder in the repository, and within it in an archive.
  const indexes = join(root, '..', 'firestore.indexes.json');
  if (!('firestore.indexes.json' in files) && statSync(indexes, { throwIfNoEntry: false }))
    files['firestore.indexes.json'] = readFileSync(indexes);
  return files;
}

/** The source to tell Infrastructure Manager; a folder is put into a bucket of the project first. */
export async function blueprintSource(
  client: GoogleClient,
  place: { project: string; region: string },
  template: string | undefined,
): Promise<BlueprintSource> {
  if (template?.startsWith('gs://')) return { gcsSource: template };
  const [, repo, directory, ref] = /^(https:\/\/[^?]+?)(?:\/\/([^?]+))?(?:\?ref=(.+))?$/.exec(template ?? '') ?? [];
  if (repo !== undefined) return { gitSource: { repo, ...(directory && { directory }), ...(ref && { ref }) } };
  const archive = zip(moduleFiles(template));
  const bucket = `${place.project.replace(':', '-')}-runvoy-infra`;
  await ensureBucket(client, place, bucket);
  const object = `module-${createHash('sha256').update(archive).digest('hex').slice(0, 16)}.zip`;
  await client.request(
    'POST',
    `https://storage.googleapis.com/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${object}`,
    archive,
    { 'content-type': 'application/zip' },
  );
  return { gcsSource: `gs://${bucket}/${object}` };
}

async function ensureBucket(
  client: GoogleClient,
  { project, region }: { project: string; region: string },
  bucket: string,
): Promise<void> {
  if (await client.find(`https://storage.googleapis.com/storage/v1/b/${bucket}`)) return;
  await client.request('POST', `https://storage.googleapis.com/storage/v1/b?project=${project}`, {
    name: bucket,
    location: region,
    iamConfiguration: { uniformBucketLevelAccess: { enabled: true }, publicAccessPrevention: 'enforced' },
  });
}
