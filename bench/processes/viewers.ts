import { writeFileSync } from 'node:fs';
import { WebSocket } from 'ws';
import { answer } from '../harness/process.ts';
import { countLines } from '../harness/run-program.ts';

/** The frames that one viewer got, and when: `at` in milliseconds since the first. */
export interface Recording {
  file: string;
  frames: { at: number; length: number }[];
}

export interface Seen {
  /** Fewest and most lines that a viewer saw. */
  lines: [number, number];
  /** Milliseconds from the time printed in a line to its arrival. */
  p50: number;
  p99: number;
  recording: Recording;
}

export type Viewers = {
  /** Opens so many sockets; resolves when all are open. */
  open(options: { url: string; count: number; recordTo?: string }): Promise<void>;
  /** Waits until every socket has been closed by the server. */
  finish(): Promise<Seen>;
  /** Reads nothing any more on any socket. */
  stall(): void;
  closeAll(): void;
};

let sockets: WebSocket[] = [];
let lines: number[] = [];
let latencies: { milliseconds: number; weight: number }[] = [];
let recorded: Buffer[] = [];
let frames: Recording['frames'] = [];
let recordTo: string | undefined;
let firstFrameAt = 0;
let allClosed: Promise<unknown>;

function handle(viewer: number, data: Buffer): void {
  const now = Date.now();
  if (viewer === 0 && recordTo !== undefined) {
    if (frames.length === 0) firstFrameAt = performance.now();
    frames.push({ at: performance.now() - firstFrameAt, length: data.length });
    recorded.push(data);
  }
  const body = data.indexOf(10) + 1;
  if (body === 0) return;
  const text = data.subarray(body);
  const count = countLines(text);
  lines[viewer]! += count;
  // The frame's oldest and newest line stand for the halves around them: reading every line's time would be the load.
  const newest = text.lastIndexOf(10, text.length - 2) + 1;
  for (const at of [0, newest]) {
    const printed = Number(text.toString('latin1', at, at + 13));
    if (printed > 1e12) latencies.push({ milliseconds: now - printed, weight: count / 2 });
  }
}

function percentile(share: number): number {
  const sorted = latencies.toSorted((a, b) => a.milliseconds - b.milliseconds);
  let left = sorted.reduce((sum, { weight }) => sum + weight, 0) * share;
  for (const { milliseconds, weight } of sorted) {
    left -= weight;
    if (left <= 0) return milliseconds;
  }
  return Number.NaN;
}

answer({
  open: async ({ url, count, recordTo: file }) => {
    sockets = Array.from({ length: count }, () => new WebSocket(url, { perMessageDeflate: false }));
    lines = sockets.map(() => 0);
    latencies = [];
    recorded = [];
    frames = [];
    recordTo = file;
    for (const [viewer, socket] of sockets.entries()) socket.on('message', (data: Buffer) => handle(viewer, data));
    allClosed = Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    await Promise.all(
      sockets.map((socket) => new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))),
    );
  },
  finish: async () => {
    await allClosed;
    if (recordTo !== undefined) writeFileSync(recordTo, Buffer.concat(recorded));
    return {
      lines: [Math.min(...lines), Math.max(...lines)],
      p50: percentile(0.5),
      p99: percentile(0.99),
      recording: { file: recordTo ?? '', frames },
    };
  },
  stall: () => {
    for (const socket of sockets) socket.pause();
  },
  closeAll: () => {
    for (const socket of sockets) socket.terminate();
  },
} satisfies Viewers);
