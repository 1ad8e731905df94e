import { Logging, v2 } from '@google-cloud/logging';
import { ExecutionsClient, JobsClient, TasksClient } from '@google-cloud/run';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import * as grpc from '@grpc/grpc-js';
import { PassThroughClient } from 'google-auth-library';
import type { SimulatedCloud } from '../../../simulator/index.ts';

/** The options under which Google's own clients talk to the simulator. */
export function clientOptions(cloud: SimulatedCloud, projectId: string) {
  const [apiEndpoint, port] = cloud.address.split(':');
  return {
    apiEndpoint: apiEndpoint!,
    servicePath: apiEndpoint!,
    port: Number(port),
    sslCreds: grpc.credentials.createInsecure(),
    projectId,
    authClient: new PassThroughClient(),
  };
}

/** One of each, made when it is first used. */
export class Clients {
  readonly project: string;
  readonly location: string;
  readonly #options: ReturnType<typeof clientOptions>;
  readonly #open: { close(): Promise<void> }[] = [];
  #jobs: JobsClient | undefined;
  #executions: ExecutionsClient | undefined;
  #tasks: TasksClient | undefined;
  #secrets: SecretManagerServiceClient | undefined;
  #logging: Logging | undefined;
  #entries: InstanceType<typeof v2.LoggingServiceV2Client> | undefined;
  #sinks: InstanceType<typeof v2.ConfigServiceV2Client> | undefined;

  constructor(cloud: SimulatedCloud, project: string) {
    this.project = project;
    this.location = `projects/${project}/locations/us-central1`;
    this.#options = clientOptions(cloud, project);
  }

  get jobs(): JobsClient {
    this.#jobs ??= this.#keep(new JobsClient(this.#options));
    return this.#jobs;
  }

  get executions(): ExecutionsClient {
    this.#executions ??= this.#keep(new ExecutionsClient(this.#options));
    return this.#executions;
  }

  get tasks(): TasksClient {
    this.#tasks ??= this.#keep(new TasksClient(this.#options));
    return this.#tasks;
  }

  get secrets(): SecretManagerServiceClient {
    this.#secrets ??= this.#keep(new SecretManagerServiceClient(this.#options));
    return this.#secrets;
  }

  get logging(): Logging {
    this.#logging ??= new Logging(this.#options);
    return this.#logging;
  }

  get entries(): InstanceType<typeof v2.LoggingServiceV2Client> {
    this.#entries ??= this.#keep(new v2.LoggingServiceV2Client(this.#options));
    return this.#entries;
  }

  get sinks(): InstanceType<typeof v2.ConfigServiceV2Client> {
    this.#sinks ??= this.#keep(new v2.ConfigServiceV2Client(this.#options));
    return this.#sinks;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((client) => client.close()));
  }

  #keep<T extends { close(): Promise<void> }>(client: T): T {
    this.#open.push(client);
    return client;
  }
}
