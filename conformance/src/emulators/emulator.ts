/** What there are emulators of. */
export type EmulatorName = 'firestore' | 'pubsub' | 'dynamodb';

/** Providers, as `RUNVOY_REQUIRE` names them. `local` needs no emulator. */
export type Requirement = 'gcp' | 'aws' | 'local';

/** One that runs. */
export interface Emulator {
  name: EmulatorName;
  /** `host:port`, as clients want it. */
  host: string;
  /** What answers, e.g. `cloud-firestore-emulator`. */
  engine: string;
  /** Of the engine; `unknown` where it was running already. */
  version: string;
  /** How it was found, for people: `FIRESTORE_EMULATOR_HOST`, `Docker`, … */
  found: string;
  /** Ends it, if it was started here. Never rejects. */
  stop(): Promise<void>;
}

/** A way to get one: the emulator, or the reason why there is none this way. Rejects only when the run must end. */
export type Source = (options: SourceOptions) => Promise<Emulator | { no: string }>;

export interface SourceOptions {
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal;
}

export const isEmulator = (found: Emulator | { no: string }): found is Emulator => !('no' in found);

/** The variable that Google's and our own clients read the address from. */
export const variables: Record<EmulatorName, string> = {
  firestore: 'FIRESTORE_EMULATOR_HOST',
  pubsub: 'PUBSUB_EMULATOR_HOST',
  dynamodb: 'DYNAMODB_ENDPOINT',
};

/** The value of that variable: a URL for DynamoDB, `host:port` for the others. */
export const addressOf = ({ name, host }: Pick<Emulator, 'name' | 'host'>): string =>
  name === 'dynamodb' ? `http://${host}` : host;
