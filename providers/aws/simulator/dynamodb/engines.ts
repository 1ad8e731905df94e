/** Where the DynamoDB of a deployment is. */
export interface Engine {
  /** `host:port` */
  host: string;
  /** Nobody else uses it, and its tables go with it. */
  own: boolean;
  stop(): Promise<void>;
}

/**
 * DynamoDB for the deployments of a cloud: one engine for all where it was named or is a container, one for each where it runs in this
 * process. That one, dynalite, reads the keys of all tables whenever one of them is deleted.
 */
export class Engines {
  readonly #running = new Set<Engine>();
  #shared: Engine | undefined;

  constructor(host?: string) {
    if (host !== undefined) this.#shared = { host, own: false, stop: async () => {} };
  }

  /** The engine of one more deployment. */
  async open(): Promise<Engine> {
    if (this.#shared) return this.#shared;
    const { openEmulators } = await import('@runvoy/conformance/emulators');
    const emulators = await openEmulators({ wanted: ['dynamodb'], log: () => {} });
    const found = emulators.running[0];
    if (!found) throw new Error(`there is no DynamoDB: ${emulators.missing.get('dynamodb')}`);
    const engine = {
      host: found.host,
      own: found.found === 'npm',
      stop: () => {
        this.#running.delete(engine);
        return emulators.close();
      },
    };
    this.#running.add(engine);
    if (!engine.own) this.#shared = engine;
    return engine;
  }

  /** Ends all that still run. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((engine) => engine.stop()));
  }
}
