import { writeFile } from 'node:fs/promises';
import { renderBadge } from '../report/badge.ts';
import { renderMarkdown } from '../report/markdown.ts';
import type { Report } from '../report/report.ts';
import { runSuite } from '../runner/run-suite.ts';
import { loadHarness } from './load-harness.ts';
import { createTerminal } from './terminal.ts';

export interface RunOptions {
  only: readonly string[];
  skip: readonly string[];
  seed?: string;
  report?: string;
  markdown?: string;
  badge?: string;
}

/** Resolves to the exit code. Rejects with CONFIGURATION_INVALID when the run could not be done. */
export async function runHarness(file: string, options: RunOptions): Promise<number> {
  const { only, skip, seed } = options;
  const harness = await loadHarness(file);
  const terminal = createTerminal(process.stdout);
  const interrupted = new AbortController();
  const interrupt = () => {
    terminal.note('Ctrl-C: taking down what is up; once more ends at once');
    interrupted.abort();
    process.once('SIGINT', () => process.exit(130));
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  // It would end a server of runvoy.
  const crashes: string[] = [];
  const crash = (error: unknown) => void crashes.push(`nobody caught: ${(error as Error)?.stack ?? String(error)}`);
  process.on('unhandledRejection', crash);
  process.on('uncaughtException', crash);
  try {
    const report = await runSuite(harness, {
      ...{ only, skip, onStart: terminal.start, onResult: terminal.result, signal: interrupted.signal },
      ...(seed !== undefined && { seed }),
      problems: () => crashes,
    });
    terminal.finish(report);
    await writeFiles(report, options);
    return exitCode(report, crashes);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    return 130;
  }
}

function exitCode({ verdict, incomplete }: Report, crashes: readonly string[]): number {
  if (incomplete) return 2;
  return verdict === 'failing' || crashes.length > 0 ? 1 : 0;
}

async function writeFiles(report: Report, { report: json, markdown, badge }: RunOptions): Promise<void> {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  if (markdown !== undefined) await writeFile(markdown, renderMarkdown(report));
  if (badge !== undefined) await writeFile(badge, renderBadge(report));
}
