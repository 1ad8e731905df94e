import { afterEach, beforeEach } from 'vitest';
import { temporaryFolder } from '../../support/cli.ts';
import { type RecordedContext, recordedContext } from './recorded-context.ts';
import { type SimulatedGoogle, startGoogle } from './simulated-google.ts';

export const options = { provider: 'gcp', yes: true };
export const topic = { address: 'google_pubsub_topic.stream["logs"]', type: 'google_pubsub_topic', intent: 'CREATE' };
export const database = {
  address: 'google_firestore_database.this[0]',
  type: 'google_firestore_database',
  intent: 'RECREATE',
};
export const deploymentName = 'projects/my-project-1/locations/us-central1/deployments/runvoy-backend';

export interface GoogleForTests {
  readonly cloud: SimulatedGoogle;
  /** RUNVOY_HOME. */
  readonly home: string;
  context(): RecordedContext;
  /** Calls whose `METHOD path` is like this. */
  requested(pattern: RegExp): SimulatedGoogle['requests'];
  /** A project in which the APIs that a plan needs are switched on. */
  switchOn(): void;
  /** … and in which runvoy is deployed. */
  deploy(): void;
}

/** For each test of a file: a simulated Google Cloud, an empty project, and a folder for what runvoy keeps. */
export function useGoogle(): GoogleForTests {
  let cloud: SimulatedGoogle;
  let home: ReturnType<typeof temporaryFolder>;
  beforeEach(async () => {
    cloud = await startGoogle();
    home = temporaryFolder();
  });
  afterEach(async () => {
    await cloud.close();
    home.remove();
  });
  const switchOn = () => {
    for (const api of ['config', 'iam', 'cloudresourcemanager']) cloud.enabled.add(`${api}.googleapis.com`);
  };
  return {
    get cloud() {
      return cloud;
    },
    get home() {
      return home.path;
    },
    context: () => recordedContext({ ...cloud.env, RUNVOY_HOME: home.path }),
    requested: (pattern) => cloud.requests.filter(({ call }) => pattern.test(call)),
    switchOn,
    deploy() {
      switchOn();
      cloud.deployment = {
        name: deploymentName,
        state: 'ACTIVE',
        labels: { team: 'a' },
        terraformBlueprint: {
          gcsSource: 'gs://a/b',
          inputValues: { image: { inputValue: 'docker.io/a/b:1' }, region: { inputValue: 'us-central1' } },
        },
      };
    },
  };
}
