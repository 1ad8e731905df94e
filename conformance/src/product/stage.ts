import { type Client, createClient, createNodeTransport, isFinal } from '@runvoy/core/client';
import { Failure } from '../expect.ts';
import type { World } from '../world.ts';
import { type AskOptions, Conversation, nobody, type Person } from './conversation.ts';
import { Interception } from './interception.ts';
import { adminEmail, type SubjectServer, startSubjectServer } from './subject-server.ts';

/** A booted server on the provider, the people who use it, and the transcript of what they do. */
export class Stage extends Conversation implements AsyncDisposable {
  readonly interception = new Interception();
  readonly admin: Person = { name: 'admin', email: adminEmail };
  readonly #settings: Record<string, string>;
  readonly #clients: Client[] = [];
  #server: SubjectServer | undefined;
  #logged: string[] = [];
  #closing: Promise<void> | undefined;

  constructor(world: World, settings: Record<string, string> = {}) {
    super(world);
    this.#settings = settings;
  }

  get server(): SubjectServer {
    if (!this.#server) throw new Error('there is no server on this stage');
    return this.#server;
  }

  get endpoint(): string {
    return this.server.url;
  }

  /** Starts the server, again on the port that it had before. */
  async start(): Promise<SubjectServer> {
    const port = this.#server && { RUNVOY_PORT: new URL(this.#server.url).port };
    const starting = startSubjectServer(this.world, this.interception, { ...this.#settings, ...port });
    const server = await this.world.during('the server to start', starting);
    this.#server = server;
    await this.world.deployment.serving?.(server.url);
    if (this.#closing) await server.close();
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

  client(person: Person, endpoint = this.endpoint): Client {
    const client = createClient({
      transport: createNodeTransport(endpoint),
      ...(person.apiKey !== undefined && { apiKey: person.apiKey }),
    });
    this.#clients.push(client);
    return client;
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
      if (status !== undefined && isFinal(seen) && seen !== status)
        throw new Failure(`the status of ${executionId}`, status, seen);
      return status === undefined ? isFinal(seen) : seen === status;
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
