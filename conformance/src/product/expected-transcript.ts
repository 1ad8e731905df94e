import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Failure } from '../expect.ts';
import { lineDiff } from './line-diff.ts';

/** In the package, beside the sources as well as beside what is built from them. */
const folder = new URL(import.meta.url.endsWith('.ts') ? '../../transcripts/' : '../transcripts/', import.meta.url);

/**
 * Rejects when a transcript is not what every provider's is, with the difference. With `UPDATE_TRANSCRIPTS=1` it becomes the
 * expected one instead.
 */
export async function compareTranscript(id: string, seen: string): Promise<void> {
  const file = fileURLToPath(new URL(`${id.replace(/^product\./, '')}.txt`, folder));
  if (process.env.UPDATE_TRANSCRIPTS === '1') {
    await mkdir(folder, { recursive: true });
    await writeFile(file, seen);
    return;
  }
  const expected = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error(`${id} has no expected transcript`, { cause: error });
    throw error;
  });
  const difference = lineDiff(expected, seen);
  if (difference === undefined) return;
  throw new Failure(
    'users of this provider see something else than those of the others',
    `transcripts/${id.replace(/^product\./, '')}.txt`,
    `the same with these differences (- expected, + seen)\n${difference}`,
  );
}
