import { readFile } from 'node:fs/promises';
import type { StableReport } from './stable-report.ts';

export const reportFile = (provider: string, ending: 'json' | 'md' | 'svg'): URL =>
  new URL(`../reports/${provider}.${ending}`, import.meta.url);

export async function readReport(provider: string): Promise<StableReport> {
  return JSON.parse(await readFile(reportFile(provider, 'json'), 'utf8')) as StableReport;
}
