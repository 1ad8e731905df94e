import type { Entry } from './entry.ts';
import type { JsonObject, JsonValue } from './struct.ts';

const severities = /^(DEFAULT|DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY)$/i;
const prefix = 'logging.googleapis.com/';

/**
 * A line that is a JSON object: its special fields are lifted out of it, and the rest is `jsonPayload`. `undefined` for every
 * other line. Fields: https://cloud.google.com/logging/docs/structured-logging.
 */
export function structuredLine(line: string): (Partial<Entry> & { labels: Record<string, string> }) | undefined {
  const parsed = objectOf(line);
  if (!parsed) return undefined;
  const { severity, ...payload } = parsed;
  const entry: Partial<Entry> & { labels: Record<string, string> } = { labels: {} };
  if (typeof severity === 'string' && severities.test(severity)) entry.severity = severity.toUpperCase();
  else if (severity !== undefined) payload.severity = severity;
  const take = (name: string): JsonValue | undefined => {
    const value = payload[name];
    delete payload[name];
    return value;
  };
  const trace = take(`${prefix}trace`);
  if (typeof trace === 'string') entry.trace = trace;
  const spanId = take(`${prefix}spanId`);
  if (typeof spanId === 'string') entry.spanId = spanId;
  const sampled = take(`${prefix}trace_sampled`);
  if (typeof sampled === 'boolean') entry.traceSampled = sampled;
  const insertId = take(`${prefix}insertId`);
  if (typeof insertId === 'string') entry.insertId = insertId;
  const labels = take(`${prefix}labels`);
  if (typeof labels === 'object' && labels !== null && !Array.isArray(labels))
    for (const [key, value] of Object.entries(labels)) if (typeof value === 'string') entry.labels[key] = value;
  const time = take('time');
  if (typeof time === 'string' && !Number.isNaN(Date.parse(time))) entry.timestamp = Date.parse(time) * 1000;
  else if (time !== undefined) payload.time = time;
  entry.jsonPayload = payload;
  return entry;
}

function objectOf(line: string): JsonObject | undefined {
  const text = line.trim();
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  try {
    const value: JsonValue = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
