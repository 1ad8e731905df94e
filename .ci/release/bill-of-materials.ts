import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Component {
  type: 'library';
  'bom-ref': string;
  name: string;
  version: string;
  purl: string;
  licenses?: ({ license: { id: string } } | { expression: string })[];
  hashes?: { alg: 'SHA-512'; content: string }[];
}

/**
 * What is inside, as CycloneDX 1.6 JSON: every package of which a file was bundled, with the hash of its archive as the lock file has it.
 * Without a time and a random serial number, so that the same sources give the same file.
 */
export function billOfMaterials(root: string, name: string, version: string, inputs: readonly string[]): string {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string }>;
  };
  const folders = new Set(inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
  const components = [...folders].sort().flatMap((folder) => componentOf(root, folder, packages[folder]?.integrity));
  return `${JSON.stringify(
    {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: { component: { type: 'application', 'bom-ref': name, name, version } },
      components,
    },
    null,
    2,
  )}\n`;
}

function componentOf(root: string, folder: string, integrity: string | undefined): Component[] {
  const manifest = join(root, folder, 'package.json');
  // Some packages have folders named node_modules inside, which are none of their own.
  if (!existsSync(manifest)) return [];
  const { name, version, license } = JSON.parse(readFileSync(manifest, 'utf8'));
  const purl = `pkg:npm/${String(name).replace('@', '%40')}@${version}`;
  const isExpression = /[ ()]/.test(license ?? '');
  const [, sha512] = /sha512-(\S+)/.exec(integrity ?? '') ?? [];
  return [
    {
      type: 'library',
      'bom-ref': `${purl}#${folder}`,
      name,
      version,
      purl,
      ...(license && { licenses: [isExpression ? { expression: license } : { license: { id: license } }] }),
      ...(sha512 && { hashes: [{ alg: 'SHA-512', content: Buffer.from(sha512, 'base64').toString('hex') }] }),
    },
  ];
}
