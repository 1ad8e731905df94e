import { readFile } from 'node:fs/promises';

/**
 * A piece of a file of this workspace as a block of Markdown: `example/src/store.ts#store` is what stands between
 * `// #region store` and the next `// #endregion`; without `#`, the whole file.
 */
export async function cutRegion(place: string): Promise<string> {
  const [file = '', region] = place.split('#');
  const source = await readFile(new URL(`../${file}`, import.meta.url), 'utf8');
  const lines = source.split('\n');
  const start = region === undefined ? -1 : lines.findIndex((line) => line.trim() === `// #region ${region}`);
  if (region !== undefined && start < 0) throw new Error(`${file} has no region ${region}`);
  const length = region === undefined ? -1 : lines.slice(start).findIndex((line) => line.trim() === '// #endregion');
  const cut = lines
    .slice(start + 1, length < 0 ? undefined : start + length)
    .filter((line) => !/^\s*\/\/ #(end)?region/.test(line));
  const indent = Math.min(...cut.filter((line) => line !== '').map((line) => line.search(/\S/)));
  const language = file.split('.').at(-1);
  return `\`${file.replace(/^example\//, '')}\`\n\n\`\`\`${language}\n${cut
    .map((line) => line.slice(indent))
    .join('\n')
    .trim()}\n\`\`\``;
}
