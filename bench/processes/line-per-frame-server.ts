import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { answer } from '../harness/process.ts';

export type LinePerFrameServer = {
  /** Runs the command for every socket, and sends each line of its output as one frame. */
  start(options: { port: number; command: string }): Promise<void>;
};

answer({
  start: async ({ port, command }) => {
    const server = new WebSocketServer({ port, host: '127.0.0.1', perMessageDeflate: false });
    server.on('connection', (socket) => {
      const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
      let rest = '';
      child.stdout.setEncoding('utf8').on('data', (piece: string) => {
        const lines = (rest + piece).split('\n');
        rest = lines.pop()!;
        for (const line of lines) socket.send(line);
      });
      child.on('close', () => socket.close());
    });
    await once(server, 'listening');
  },
} satisfies LinePerFrameServer);
