import { defineHarness } from '@runvoy/conformance';
import { freePort } from '@runvoy/core/testing';
import { lay } from '../dev/lay.ts';
import plugin from '../src/index.ts';
import { capture } from './support/capture.ts';
import { openCloud, type TestCloud } from './support/cloud.ts';
import { notifications, rawErrors } from './support/conformance.ts';
import { forgedRequests, genuineRequest } from './support/requests.ts';

let cloud: Promise<TestCloud> | undefined;

function open(): Promise<TestCloud> {
  cloud ??= openCloud();
  return cloud;
}

export default defineHarness({
  plugin,
  module: new URL('../src/index.ts', import.meta.url).href,
  invalidSettings: {
    RUNVOY_GCP_PROJECT_ID: '1234',
    RUNVOY_GCP_REGION: 'the moon',
    RUNVOY_GCP_HEALTH_RECONCILE_SCHEDULE: 'hourly',
    RUNVOY_GCP_JOB_DEFAULT_RUNTIME: 'cobol85',
    RUNVOY_GCP_VPC_EGRESS: 'everything',
  },
  identities: { known: 'runvoy-job', unknown: 'no-such-account' },
  errors: rawErrors,
  notifications,
  lag: { logs: 5000, tasks: 1000 },
  parallel: 2,
  requests: {
    genuine: async (raw, env) => genuineRequest(await open(), raw, env),
    forged: async (raw, env) => forgedRequests(await open(), raw, env),
  },
  deviations: {
    'logs.task.long-line':
      'an entry of Cloud Logging holds 256 KiB with everything that is in it, so a line of nearly that much comes in two pieces',
  },
  images: { unknown: 'docker.io/acme/no-such-image:1' },
  async world(id) {
    const { settings } = await open();
    // Chosen beforehand, because reconciliation has to know where the cloud shall call.
    const port = await freePort();
    const env = {
      ...settings(`p-${id}`),
      RUNVOY_PORT: String(port),
      RUNVOY_GCP_PROCESSOR_URL: `http://127.0.0.1:${port}`,
    };
    return { env, serving: () => lay(env), captured: (line) => capture(env, line) };
  },
});
