import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

const folder = 'dist';
const packages = new Map<string, string>();

/** The bundles hold other people's code, whose licences ask for their text to go with it: one file for all bundles. */
export const thirdPartyNotices: Plugin = {
  name: 'third-party-notices',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      for (const input of Object.keys(metafile?.inputs ?? {})) {
        const found = packageFolder(resolve(input));
        if (found !== undefined) packages.set(found, noticeOf(found));
      }
      mkdirSync(folder, { recursive: true });
      writeFileSync(
        join(folder, 'THIRD-PARTY-NOTICES.txt'),
        [...packages.values()].sort().join(`\n${'-'.repeat(80)}\n\n`),
      );
    });
  },
};

/** Of a file below node_modules; our own workspaces are links, which esbuild has followed to where they are. */
function packageFolder(path: string): string | undefined {
  const [, folder] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return folder;
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const licence = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = licence ? readFileSync(join(folder, licence), 'utf8').trim() : '';
  return `${name} ${version} (${license})\n\n${text}\n`;
}
