import { type Emulators, openEmulators } from '@runvoy/conformance/emulators';
import { type SimulatedCloud, startSimulator } from '../../simulator/index.ts';

export interface TestCloud {
  emulators: Emulators;
  simulator: SimulatedCloud;
  /** Settings of a deployment of its own in a project. */
  settings(project: string): Record<string, string>;
  close(): Promise<void>;
}

export const pushAudience = 'https://runvoy.example.com';

/** The emulators, found or started, and one simulated cloud for everything in this process. */
export async function openCloud(log: (text: string) => void = () => {}): Promise<TestCloud> {
  const emulators = await openEmulators({ wanted: ['firestore', 'pubsub'] });
  const simulator = await startSimulator({ pubsubHost: emulators.env.PUBSUB_EMULATOR_HOST, log });
  // Checks look into the archive again and again, which nobody does who has a log of his own.
  simulator.knobs.listLogEntriesPerMinute = 1_000_000;
  return {
    emulators,
    simulator,
    settings: (project) => ({
      ...emulators.env,
      ...simulator.env,
      PATH: process.env.PATH ?? '',
      RUNVOY_GCP_PROJECT_ID: project,
      RUNVOY_GCP_REGION: 'us-central1',
      // What the simulator runs are programs of this machine, which has git.
      RUNVOY_GCP_SIDECAR_IMAGE: 'docker.io/library/alpine:latest',
      RUNVOY_GCP_PUSH_AUDIENCE: pushAudience,
    }),
    async close() {
      await simulator.close();
      await emulators.close();
    },
  };
}
