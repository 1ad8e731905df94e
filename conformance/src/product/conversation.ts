import { Failure } from '../expect.ts';
import type { World } from '../world.ts';
import { type HttpAnswer, sendHttp } from './http.ts';
import { Transcript } from './transcript.ts';

/** Somebody with a key, or `nobody`. */
export interface Person {
  name: string;
  email?: string;
  apiKey?: string;
}

export const nobody: Person = { name: 'nobody' };

export interface AskOptions {
  headers?: Record<string, string>;
  /** A body that is no JSON. */
  raw?: string;
  /** The headers of the request do not belong in the transcript. */
  quiet?: boolean;
  /** Headers of the answer that do. */
  show?: readonly string[];
}

const longCommand = 60;
const longBody = 200;

/** What people ask a server over HTTP, and the transcript of it. */
export abstract class Conversation {
  readonly world: World;
  readonly transcript = new Transcript();

  constructor(world: World) {
    this.world = world;
  }

  /** Where the server is. */
  abstract get endpoint(): string;

  /** A request and its answer, both in the transcript. */
  async ask(
    person: Person,
    method: string,
    path: string,
    body?: unknown,
    options: AskOptions = {},
  ): Promise<HttpAnswer> {
    const { headers = {}, raw, show = [], quiet = false } = options;
    const shown = Object.entries(quiet ? {} : headers).map(([name, value]) => ` [${name}: ${value}]`);
    this.transcript.line(`${person.name}> ${method} ${path}${shown.join('')}`);
    if (raw !== undefined)
      this.transcript.indented(raw.length > longBody ? `${raw.slice(0, 60)}… (${raw.length})` : raw);
    else if (body !== undefined) this.#recordBody(body);
    const answer = await this.send(person, method, path, body, options);
    this.#record(answer, show);
    return answer;
  }

  /** The same, not in the transcript. */
  send(
    person: Person,
    method: string,
    path: string,
    body?: unknown,
    { headers = {}, raw }: AskOptions = {},
  ): Promise<HttpAnswer> {
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    return this.world.during(
      `${person.name}: ${method} ${path}`,
      sendHttp(this.endpoint, {
        method,
        path,
        headers: {
          ...(person.apiKey !== undefined && { 'x-api-key': person.apiKey }),
          ...(text !== undefined && { 'content-length': String(Buffer.byteLength(text)) }),
          ...headers,
        },
        ...(text !== undefined && { body: text }),
      }),
    );
  }

  /** A request that has to succeed for the scenario to make sense. */
  async expect(
    status: number,
    person: Person,
    method: string,
    path: string,
    body?: unknown,
    options?: AskOptions,
  ): Promise<HttpAnswer> {
    const answer = await this.send(person, method, path, body, options);
    if (answer.status !== status)
      throw new Failure(`${method} ${path}`, `status ${status}`, `${answer.status} ${answer.text}`);
    return answer;
  }

  /** A long command is shown once. */
  #recordBody(body: unknown): void {
    this.transcript.json(body);
    const { command } = Object(body);
    if (typeof command === 'string' && command.length > longCommand) this.transcript.mask.name(command, 'command');
  }

  #record({ status, headers, text, json }: HttpAnswer, show: readonly string[]): void {
    this.transcript.line(String(status));
    for (const name of show) this.transcript.indented(`${name}: ${headers[name.toLowerCase()] ?? '(absent)'}`);
    // A run has begun or not by the time that its answer is written.
    const active = status === 202 && ['STARTING', 'RUNNING'].includes(json?.status);
    if (json !== undefined) this.transcript.json(active ? { ...json, status: '<active>' } : json);
    else if (text !== '') this.transcript.indented(text);
  }
}
