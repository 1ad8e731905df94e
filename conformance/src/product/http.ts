import { type IncomingHttpHeaders, type IncomingMessage, request as open } from 'node:http';

export interface HttpRequest {
  method: string;
  /** With its query. */
  path: string;
  headers?: Record<string, string>;
  /** As it is sent. */
  body?: string;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body, when it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: scenarios read what they expect, and the transcript shows the rest
  json: any;
}

/** One request, on a connection of its own; nothing is added to it that a client need not send. */
export function sendHttp(endpoint: string, request: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { method, path, headers, body } = request;
    const outgoing = open(new URL(path, endpoint), { method, headers, agent: false }, (incoming) =>
      readAnswer(incoming).then(resolve, reject),
    );
    // Only a socket that was opened says `upgrade`; refusals are answers like any other.
    outgoing.on('upgrade', ({ statusCode = 0, headers }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers, text: '', json: undefined });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readAnswer(incoming: IncomingMessage): Promise<HttpAnswer> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
