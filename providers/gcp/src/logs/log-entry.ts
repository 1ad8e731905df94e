import type { LogLine } from '@runvoy/core/provider';
import { systemPrefix } from '../tasks/scripts/markers.ts';

/** What we read of a LogEntry, as a sink publishes it and as entries.list answers, in one form. */
export interface Entry {
  insertId: string;
  /** Milliseconds since the epoch. */
  time: number;
  logName: string;
  executionName: string;
  textPayload?: string;
  jsonPayload?: unknown;
  severity?: string;
  split?: { index: number; totalSplits: number };
}

/** The line that was printed. */
export function lineOf(entry: Entry, executionId: string): LogLine {
  const { insertId, time, logName, split } = entry;
  const isPiece = split !== undefined && split.totalSplits > 1;
  const id = isPiece ? `${insertId}#${split.index}` : insertId;
  const continues = isPiece && split.index < split.totalSplits - 1;
  const printed = printedText(entry);
  const system = systemPrefix(executionId);
  const isSystem = printed.startsWith(system);
  const { text, number } = unnumbered(isSystem ? printed.slice(system.length) : printed, entry);
  const stream = isSystem ? 'system' : logName.endsWith('stderr') ? 'stderr' : 'stdout';
  return { id, time, stream, text, ...(number !== undefined && { number }), ...(continues && { continues }) };
}

function printedText({ textPayload, jsonPayload, severity }: Entry): string {
  if (textPayload !== undefined) return textPayload;
  if (jsonPayload === undefined || jsonPayload === null) return '';
  // Only of images without the tools to protect their output: Cloud Logging has taken the line apart.
  const lifted = severity !== undefined && severity !== 'DEFAULT' && { severity };
  return JSON.stringify(typeof jsonPayload === 'object' ? { ...lifted, ...jsonPayload } : jsonPayload);
}

/** Takes away the number that the wrapper puts before each line, of which only the first piece has it. */
function unnumbered(text: string, { split }: Entry): { text: string; number?: number } {
  const match = split && split.index > 0 ? null : /^ *(\d{1,9})\t/.exec(text);
  return match ? { text: text.slice(match[0].length), number: Number(match[1]) } : { text };
}
