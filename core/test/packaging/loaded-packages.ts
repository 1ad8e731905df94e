import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from '../../../.ci/checks/workspaces.ts';

/** Records what is loaded, then imports the one module; `argv[1]` is its specifier. */
const recorder = `
import { registerHooks } from 'node:module';
const urls = new Set();
registerHooks({ load(url, context, next) { urls.add(url); return next(url, context); } });
await import(process.argv[1]);
process.stdout.write(JSON.stringify([...urls]));
`;

/** The installed packages whose code is evaluated when `specifier` is imported, sorted; the workspaces' own are not listed. */
export async function loadedPackages(specifier: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=source', '--input-type=module', '--eval', recorder, specifier],
    { cwd: root },
  );
  const names = (JSON.parse(stdout) as string[]).flatMap(
    (url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}
