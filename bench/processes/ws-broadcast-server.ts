import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { answer } from '../harness/process.ts';
import type { Recording } from './viewers.ts';

export type WsBroadcastServer = {
  /** Resolves to the port. */
  start(): Promise<number>;
  /** Sends recorded frames to every socket at the times they were recorded at, then closes all. */
  replay(recording: Recording): Promise<void>;
};

let server: WebSocketServer;

answer({
  start: () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    return new Promise((resolve) => {
      server.on('listening', () => resolve((server.address() as AddressInfo).port));
    });
  },
  replay: async ({ file, frames }) => {
    const bytes = readFileSync(file);
    const start = performance.now();
    let offset = 0;
    for (const { at, length } of frames) {
      const wait = at - (performance.now() - start);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const frame = bytes.subarray(offset, offset + length);
      offset += length;
      for (const client of server.clients) client.send(frame, { binary: false });
    }
    for (const client of server.clients) client.close(1000);
  },
} satisfies WsBroadcastServer);
