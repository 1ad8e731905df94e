import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';
import { root } from './workspaces.ts';

export interface SourceImport {
  /** Relative to the repository. */
  file: string;
  specifier: string;
  /** Vanishes when types are stripped. */
  typeOnly: boolean;
}

type Node = { type: string; [field: string]: unknown };

/** Every import, re-export, `import()` and `import('…')` type in the TypeScript files of a folder. */
export function importsOf(folder: string): SourceImport[] {
  return globSync(join(folder, '**/*.ts'), { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] })
    .sort()
    .flatMap((file) => importsIn(file, readFileSync(join(root, file), 'utf8')));
}

export function importsIn(file: string, source: string): SourceImport[] {
  const found: SourceImport[] = [];
  walk(parseAst(source, { lang: 'ts' }) as unknown as Node, (node) => {
    const specifier = (node.source as { value?: unknown } | null | undefined)?.value;
    if (typeof specifier === 'string') found.push({ file, specifier, typeOnly: isTypeOnly(node) });
  });
  return found;
}

/** The package that a bare specifier names; `undefined` for a relative path, a subpath import or one of Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|\/|#|node:)/.test(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true;
  const specifiers = node.specifiers as { importKind?: string; exportKind?: string }[] | undefined;
  return (
    specifiers !== undefined &&
    specifiers.length > 0 &&
    specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type')
  );
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && typeof (child as Node).type === 'string')
        walk(child as Node, visit);
    }
  }
}
