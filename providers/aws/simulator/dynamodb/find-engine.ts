/** Where DynamoDB is, and how to end it if it was started for us. */
export interface Engine {
  /** `host:port` */
  host: string;
  /** Whether it ends with `stop`. */
  ours: boolean;
  stop(): Promise<void>;
}

/** The engine that is named, or the one that the emulators' finder finds or starts. */
export async function findEngine(host?: string): Promise<Engine> {
  if (host !== undefined) return { host, ours: false, stop: async () => {} };
  const { openEmulators } = await import('@runvoy/conformance/emulators');
  const emulators = await openEmulators({ wanted: ['dynamodb'], log: () => {} });
  const engine = emulators.running[0];
  if (!engine) throw new Error(`there is no DynamoDB: ${emulators.missing.get('dynamodb')}`);
  return { host: engine.host, ours: engine.found === 'npm', stop: () => emulators.close() };
}
