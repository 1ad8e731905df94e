import { execFile } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Check } from '../../check.ts';
import { deepEqual, ok } from '../../expect.ts';
import type { World } from '../../world.ts';

/** What a plugin may load of other packages when it is imported: a schema library and small helpers, but no SDK. */
const foreignBytes = 300 * 1024;
/** Packages that every plugin has a reason to load: the contract and libraries of Standard Schema. */
const usual = /^(@runvoy\/|@standard-schema\/|zod$|valibot$|arktype$|@ark\/)/;

/** Prints every file that importing the module loads, with its size. */
const program = `
import { registerHooks } from 'node:module';
const loaded = new Map();
registerHooks({
  load(url, context, next) {
    const result = next(url, context);
    if (url.startsWith('file:')) loaded.set(url, result.source?.length ?? 0);
    return result;
  },
});
const module = await import(process.argv[1]);
if (!(module.default?.default ?? module.default)?.open) throw new Error('its default export is no plugin');
process.stdout.write(JSON.stringify([...loaded]));
`;

/** Those that this process resolves packages with: as one argument each, or as two. */
function conditions(): string[] {
  const { execArgv } = process;
  return execArgv.flatMap((arg, at) => {
    if (arg.startsWith('--conditions=')) return [arg];
    return arg === '--conditions' || arg === '-C' ? [`--conditions=${execArgv[at + 1]}`] : [];
  });
}

async function loadedBy({ harness, env }: World): Promise<Map<string, number>> {
  const module = isAbsolute(harness.module!) ? pathToFileURL(harness.module!).href : harness.module!;
  const args = [...conditions(), '--input-type=module', '--eval', program, module];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { PATH: env.PATH },
    maxBuffer: 64 * 1024 * 1024,
  });
  return new Map(JSON.parse(stdout) as [string, number][]);
}

const packageOf = (url: string): string | undefined => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];

export const importChecks: readonly Check[] = [
  {
    id: 'plugin.import.no-sdk',
    level: 'MUST',
    facet: 'plugin',
    needs: ['harness.module'],
    sentence: 'Importing the package loads no cloud SDK.',
    why: 'Every command, and every cold start of a server, would take half a second longer.',
    async run(world) {
      const sizes = new Map<string, number>();
      for (const [url, bytes] of await loadedBy(world)) {
        const name = packageOf(url);
        if (name && name !== world.harness.module && !usual.test(name)) sizes.set(name, (sizes.get(name) ?? 0) + bytes);
      }
      const heavy = [...sizes].filter(([, bytes]) => bytes > foreignBytes).map(([name]) => name);
      deepEqual(heavy, [], 'packages of which importing the plugin loads more than 300 KiB');
      const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
      ok(
        total <= 2 * foreignBytes,
        `at most ${2 * foreignBytes} bytes of other packages: ${total} of ${[...sizes.keys()].join(', ')}`,
      );
    },
  },
];
