import { request } from 'node:http';

type Work = () => Promise<void>;

/**
 * Work that can only be done once Lambda has passed on the answer. Lambda freezes the process then, unless an extension is still busy;
 * so this registers one within the process ("internal extension" in Lambda's developer guide), which asks for the next
 * invocation only when nothing is left to do. Where there is no Lambda, the process goes on anyway.
 */
export class AfterAnswer {
  readonly #invocations = new Map<string, PromiseWithResolvers<void>>();

  /** Call it while the function is being loaded: later Lambda takes no more extensions. */
  static async register(runtimeApi: string | undefined, name: string): Promise<AfterAnswer> {
    const afterAnswer = new AfterAnswer();
    if (runtimeApi) {
      const { headers } = await call(
        runtimeApi,
        'POST',
        'register',
        { 'Lambda-Extension-Name': name },
        '{"events":["INVOKE"]}',
      );
      const id = headers['lambda-extension-identifier'];
      // It ends when Lambda ends the process.
      if (typeof id === 'string') afterAnswer.#follow(runtimeApi, id).catch(() => undefined);
    }
    return afterAnswer;
  }

  /** Runs a handler, which hands over what is to be done after its answer. */
  async run<T>(requestId: string, handle: (later: (work: Work) => void) => Promise<T>): Promise<T> {
    const invocation = this.#invocation(requestId);
    const later: Work[] = [];
    try {
      return await handle((work) => later.push(work));
    } finally {
      // In a turn of its own, after the one in which the runtime gets the answer.
      setImmediate(async () => {
        await Promise.allSettled(later.map((work) => work()));
        invocation.resolve();
        if (!this.#isFollowing) this.#invocations.delete(requestId);
      });
    }
  }

  #isFollowing = false;

  async #follow(runtimeApi: string, id: string): Promise<void> {
    this.#isFollowing = true;
    for (;;) {
      const { body } = await call(runtimeApi, 'GET', 'event/next', { 'Lambda-Extension-Identifier': id });
      const { eventType, requestId } = JSON.parse(body) as { eventType?: string; requestId?: string };
      if (eventType !== 'INVOKE' || requestId === undefined) return;
      await this.#invocation(requestId).promise;
      this.#invocations.delete(requestId);
    }
  }

  /** The extension may hear of an invocation before the handler does, or after. */
  #invocation(requestId: string): PromiseWithResolvers<void> {
    const invocation = this.#invocations.get(requestId) ?? Promise.withResolvers<void>();
    this.#invocations.set(requestId, invocation);
    return invocation;
  }
}

function call(
  runtimeApi: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  content = '',
): Promise<{ headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    const url = `http://${runtimeApi}/2020-01-01/extension/${path}`;
    // No keep-alive, which would be cut off while the process is frozen, and no time limit: the next event may take hours.
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(parts).toString() }));
    });
    sent.on('error', reject);
    sent.end(content);
  });
}
