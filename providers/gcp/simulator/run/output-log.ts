import { Buffer } from 'node:buffer';
import type { Microseconds } from '../cloud/time.ts';
import type { Stream } from '../containers/container-process.ts';
import { type Entry, logName } from '../logging/entry.ts';
import { structuredLine } from '../logging/structured-line.ts';
import { jobOf, lastSegment } from './names.ts';
import type { RunParts } from './run.ts';
import type { Container, Execution } from './types.ts';

const largestText = 256 * 1024;

/** Turns what the containers of one attempt print into LogEntries. */
export class OutputLog {
  readonly instanceId: string;
  readonly #parts: RunParts;
  readonly #common: Pick<Entry, 'resource' | 'labels'>;
  readonly #hasNames: boolean;

  constructor(parts: RunParts, execution: Execution, index: number, attempt: number) {
    this.#parts = parts;
    this.instanceId = `00${parts.cloud.random.hex(128)}`;
    this.#hasNames = execution.template!.containers!.some(({ name }) => Boolean(name));
    const { location, job } = jobOf(execution.name);
    this.#common = {
      resource: { type: 'cloud_run_job', labels: { project_id: parts.project.id, location, job_name: job } },
      labels: {
        ...execution.labels,
        instanceId: this.instanceId,
        'run.googleapis.com/execution_name': lastSegment(execution.name!),
        'run.googleapis.com/task_attempt': String(attempt),
        'run.googleapis.com/task_index': String(index),
      },
    };
  }

  lines(stream: Stream, container: Container, lines: readonly string[]): void {
    const { cloud, logging } = this.#parts;
    const name = logName(this.#parts.project.id, `run.googleapis.com/${stream}`);
    const entries = lines.flatMap((line) => {
      if (line === '' && cloud.knobs.blankLines === 'dropped') return [];
      const time = logging.lineTime();
      const structured = structuredLine(line);
      if (structured) {
        const { labels, ...rest } = structured;
        const entry = this.#entry(name, time, container, 'line', rest);
        return [{ ...entry, labels: { ...entry.labels, ...labels } }];
      }
      return this.#pieces(line).map((more) => this.#entry(name, time, container, 'line', more));
    });
    logging.sendLines(entries);
  }

  /** A line of the platform's own. */
  system(severity: 'INFO' | 'WARNING' | 'ERROR', textPayload: string, container: Container = {}): void {
    const { logging, project } = this.#parts;
    const name = logName(project.id, 'run.googleapis.com/varlog/system');
    logging.sendLines([this.#entry(name, logging.lineTime(), container, 'system', { severity, textPayload })]);
  }

  #entry(name: string, time: Microseconds, container: Container, kind: 'line' | 'system', more: Partial<Entry>): Entry {
    const { cloud, logging } = this.#parts;
    const isNamed = this.#hasNames && (kind === 'system' || cloud.knobs.containerNames === 'all-lines');
    return {
      logName: name,
      resource: this.#common.resource,
      timestamp: time,
      receiveTimestamp: time,
      insertId: logging.insertId(time),
      ...more,
      labels: { ...this.#common.labels, ...(isNamed && container.name && { container_name: container.name }) },
    };
  }

  /** What is too long for an entry becomes several, of one timestamp. */
  #pieces(line: string): Pick<Entry, 'textPayload' | 'split'>[] {
    if (line.length * 3 <= largestText || Buffer.byteLength(line) <= largestText) return [{ textPayload: line }];
    const bytes = Buffer.from(line);
    const texts: string[] = [];
    for (let start = 0; start < bytes.length; ) {
      let end = Math.min(start + largestText, bytes.length);
      // Not in the middle of a character.
      while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--;
      texts.push(bytes.toString('utf8', start, end));
      start = end;
    }
    const { knobs, random } = this.#parts.cloud;
    if (knobs.longLines === 'truncated') return [{ textPayload: texts[0]! }];
    const uid = random.hex(16);
    return texts.map((textPayload, index) => ({ textPayload, split: { uid, index, totalSplits: texts.length } }));
  }
}
