import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@runvoy/core/testing';
import { WebSocket } from 'ws';
import type { LinePerFrameServer } from '../processes/line-per-frame-server.ts';
import { startProcess } from './process.ts';

/** A server that runs a command for every socket and sends each line as a frame. */
export interface LinePerFrame {
  name: string;
  note?: string;
  /** Follows one run to its end and resolves to the number of lines. */
  follow(): Promise<number>;
  stop(): Promise<void>;
}

/** websocketd where it is installed, else its documented behaviour on a bare `ws` server. */
export async function startLinePerFrame(command: string): Promise<LinePerFrame> {
  const port = await freePort();
  const args = ['--address=127.0.0.1', `--port=${port}`, '--loglevel=fatal', '/bin/sh', '-c', command];
  const child = spawn('websocketd', args, { stdio: 'ignore' });
  const installed = await once(child, 'spawn').then(
    () => true,
    () => false,
  );
  if (installed) {
    await listens(port);
    return {
      name: 'websocketd',
      follow: () => countFrames(port),
      stop: async () => {
        child.kill();
        await once(child, 'exit');
      },
    };
  }
  const server = await startProcess<LinePerFrameServer>('line-per-frame-server');
  await server.call('start', { port, command });
  return {
    name: 'one frame a line',
    note: 'websocketd is not installed: measured against a bare ws server that sends one frame a line, as websocketd does',
    follow: () => countFrames(port),
    stop: server.stop,
  };
}

async function listens(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return;
    await sleep(10);
  }
}

function countFrames(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let frames = 0;
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
    socket.on('message', () => frames++);
    socket.on('error', reject);
    socket.on('close', () => resolve(frames));
  });
}
