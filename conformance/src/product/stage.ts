import { type Client, createClient, createNodeTransport } from '@runvoy/core/client';
import { Failure } from '../expect.ts';
import type { World } from '../world.ts';
import { type HttpAnswer, sendHttp } from './http.ts';
import { Interception } from './interception.ts';
import { adminEmail, type SubjectServer, startSubjectServer } from './subject-server.ts';
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
const finalStatuses = new Set(['SUCCEEDED', 'FAILED', 'STOPPED']);

/** A booted server on the provider, the people who use it, and the transcript of what they do. */
export class Stage implements AsyncDisposable {
  readonly world: World;
  readonly transcript = new Transcript();
  readonly interception = new Interception();
  readonly admin: Person = { name: 'admin', email: adminEmail };
  readonly #settings: Record<string, string>;
  readonly #clients: Client[] = [];
  #server: SubjectServer | undefined;
  #logged: string[] = [];
  #closing: Promise<void> | undefined;

  constructor(world: World, settings: Record<string, string> = {}) {
    this.world = world;
    this.#settings = settings;
  }

  get server(): SubjectServer {
    if (!this.#server) throw new Error('there is no server on this stage');
    return this.#server;
  }

  /** Starts the server, again on the port that it had before. */
  async start(): Promise<SubjectServer> {
    const port = this.#server && { RUNVOY_PORT: new URL(this.#server.url).port };
    const starting = startSubjectServer(this.world, this.interception, { ...this.#settings, ...port });
    const server = await this.world.during('the server to start', starting);
    this.#server = server;
    if (server.admin) this.admin.apiKey = server.admin.apiKey;
    const { mask } = this.transcript;
    mask.name(server.url, 'server');
    if (this.admin.apiKey) mask.name(this.admin.apiKey, 'key-of-admin');
    mask.name(`provider ${this.world.provider.name}`, 'provider');
    const { image } = this;
    if (image) mask.name(image, 'image');
    return server;
  }

  async stop(): Promise<void> {
    await this.world.during('the server to stop', this.server.close());
    this.#logged.push(...this.server.logged());
  }

  /** The image that commands run in. */
  get image(): string | undefined {
    return this.world.harness.images?.runnable ?? this.world.provider.defaultImage;
  }

  /** Makes sure that runs need name no image. */
  async prepareImage(): Promise<void> {
    const { image } = this;
    if (this.world.provider.defaultImage !== undefined || image === undefined) return;
    await this.expect(201, this.admin, 'POST', '/api/v1/images/register', { image, is_default: true });
  }

  /** Every line that the servers of this stage have logged. */
  logLines(): readonly string[] {
    return [...this.#logged, ...this.server.logged()];
  }

  /** Somebody new, with a role and a key. */
  async person(name: string, role: string): Promise<Person> {
    const email = `${name}@example.com`;
    const { claim_token } = (await this.expect(201, this.admin, 'POST', '/api/v1/users/create', { email, role })).json;
    const apiKey: string = (await this.expect(200, nobody, 'GET', `/api/v1/claim/${claim_token}`)).json.api_key;
    this.transcript.mask.name(apiKey, `key-of-${name}`);
    return { name, email, apiKey };
  }

  client(person: Person, endpoint = this.server.url): Client {
    const client = createClient({
      transport: createNodeTransport(endpoint),
      ...(person.apiKey !== undefined && { apiKey: person.apiKey }),
    });
    this.#clients.push(client);
    return client;
  }

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
    if (raw !== undefined) this.transcript.indented(raw.length > 200 ? `${raw.slice(0, 60)}… (${raw.length})` : raw);
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
      sendHttp(this.server.url, {
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

  /** Asks for a run, in the transcript, and gives its id. */
  async run(person: Person, request: object, options?: AskOptions): Promise<string> {
    const { json, status, text } = await this.ask(person, 'POST', '/api/v1/run', request, options);
    if (status !== 202) throw new Failure('POST /api/v1/run', 'status 202', `${status} ${text}`);
    return json.execution_id;
  }

  /** Waits until a run has this status, or a final one when none is named. */
  async until(executionId: string, status?: string): Promise<void> {
    const path = `/api/v1/executions/${executionId}/status`;
    await this.world.until(`execution ${executionId} to be ${status ?? 'over'}`, async () => {
      const seen = (await this.expect(200, this.admin, 'GET', path)).json.status;
      if (status !== undefined && finalStatuses.has(seen) && seen !== status)
        throw new Failure(`the status of ${executionId}`, status, seen);
      return status === undefined ? finalStatuses.has(seen) : seen === status;
    });
  }

  /** Waits until a run is known to run, and has printed that many lines. */
  async printed(executionId: string, lines: number): Promise<void> {
    await this.until(executionId, 'RUNNING');
    const path = `/api/v1/executions/${executionId}/logs?limit=${lines}`;
    await this.world.until(`${lines} lines of ${executionId}`, async () => {
      const { json } = await this.expect(200, this.admin, 'GET', path);
      return json.events.length === lines;
    });
  }

  /** Waits for the end of a run; its status and its log go into the transcript. */
  async ending(person: Person, executionId: string): Promise<void> {
    await this.until(executionId);
    await this.ask(person, 'GET', `/api/v1/executions/${executionId}/status`);
    await this.log(person, executionId);
  }

  /** The log, stream by stream: in which order lines of different streams come is nobody's promise. */
  async log(person: Person, executionId: string): Promise<void> {
    const path = `/api/v1/executions/${executionId}/logs`;
    const { json } = await this.expect(200, person, 'GET', path);
    this.transcript.line(`${person.name}> GET ${path}`);
    const events: { stream: string; message: string }[] = json.events ?? [];
    this.transcript.line(`200 ${json.status}, ${events.length} lines`);
    for (const stream of ['system', 'stdout', 'stderr'])
      this.transcript.output(
        stream,
        events
          .filter((event) => event.stream === stream)
          .map((event) => `${event.message}\n`)
          .join(''),
      );
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

  /** Also when it is called again, or before the scenario has come to its end. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#server?.close();
  }
}
