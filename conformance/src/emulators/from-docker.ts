import type { EmulatorName, Source } from './emulator.ts';
import { importOptional } from './import-optional.ts';

/** The little of testcontainers that is used. */
interface Testcontainers {
  getContainerRuntimeClient(): Promise<unknown>;
  GenericContainer: new (image: string) => Container;
  Wait: { forHttp(path: string, port: number): unknown };
}

interface Container {
  withCommand(words: string[]): Container;
  withExposedPorts(port: number): Container;
  withWaitStrategy(strategy: unknown): Container;
  start(): Promise<{ getHost(): string; getMappedPort(port: number): number; stop(): Promise<unknown> }>;
}

interface Image {
  engine: string;
  /** Names another image, or one where there is no default. */
  variable: string;
  image?: string;
  port: number;
  words: string[];
}

const cloudSdk = 'gcr.io/google.com/cloudsdktool/google-cloud-cli:emulators';

const google = (engine: string, name: string): Image => ({
  engine,
  variable: 'RUNVOY_GCLOUD_EMULATORS_IMAGE',
  image: cloudSdk,
  port: 8080,
  words: ['gcloud', 'beta', 'emulators', name, 'start', '--host-port=0.0.0.0:8080'],
});

const images: Record<EmulatorName, Image> = {
  firestore: google('cloud-firestore-emulator', 'firestore'),
  pubsub: google('cloud-pubsub-emulator', 'pubsub'),
  // DynamoDB Local has a licence that whoever runs it must accept: only an image that somebody names.
  dynamodb: { engine: 'dynamodb-local', variable: 'RUNVOY_DYNAMODB_IMAGE', port: 8000, words: [] },
};

/** A container, where testcontainers is installed and an engine answers. Its reaper ends it should this process be killed. */
export function fromDocker(name: EmulatorName): Source {
  return async ({ env }) => {
    const { engine, variable, port, words, image = '' } = images[name];
    const chosen = env[variable] || image;
    if (chosen === '') return { no: `no image is named: set ${variable}` };
    const library = await importOptional<Testcontainers>('testcontainers');
    if (!library) return { no: 'testcontainers is not installed' };
    try {
      await library.getContainerRuntimeClient();
    } catch {
      return { no: 'no container engine answers' };
    }
    try {
      const { GenericContainer, Wait } = library;
      const prepared = new GenericContainer(chosen).withExposedPorts(port);
      if (words.length > 0) prepared.withCommand(words).withWaitStrategy(Wait.forHttp('/', port));
      const container = await prepared.start();
      const stop = async () => void (await container.stop().catch(() => undefined));
      const host = `${container.getHost()}:${container.getMappedPort(port)}`;
      return { name, host, engine, version: chosen, found: 'Docker', stop };
    } catch (error) {
      return { no: `the container of ${chosen} did not start: ${(error as Error).message}` };
    }
  };
}
