import { defineHarness } from '@runvoy/conformance';
import type { ProviderPlugin } from '@runvoy/core/provider';
import { startSimulator } from '../simulator/index.ts';
import { captured, deploymentOf, knownRole, notifications, rawErrors } from './support/conformance.ts';
import { additionalGrants, deployedGrants } from './support/grants.ts';

/** One process of simulated cloud, which ends with this one; each check gets an account of its own. */
const cloud = startSimulator({ grants: [...deployedGrants, ...additionalGrants] });

export default defineHarness({
  plugin: captured as ProviderPlugin,
  module: new URL('../src/index.ts', import.meta.url).href,
  invalidSettings: {
    RUNVOY_AWS_DEFAULT_TASK_ROLE_ARN: 'not-an-arn',
    RUNVOY_AWS_CAPACITY_PROVIDER: 'EC2',
    RUNVOY_AWS_SECRET_DELIVERY: 'mail',
    AWS_ENDPOINT_URL: 'not a url',
  },
  errors: rawErrors,
  notifications,
  identities: { known: knownRole, unknown: 'no-such-role' },
  images: { unknown: 'registry.invalid/no-such/image:1' },
  // The simulated cloud takes milliseconds; the rest is for a busy machine.
  lag: { tasks: 30_000, logs: 3000 },
  // Cloud, database and provider share one thread, but most checks wait for processes.
  parallel: 3,
  deviations: {
    'logs.task.long-line':
      'the log driver cuts a line at 256 KiB less 26 bytes, so that one of exactly 256 KiB comes in two pieces',
  },
  async world() {
    const deployment = await (await cloud).deploy();
    // As our own template deploys it.
    return deploymentOf(deployment, { ...deployment.env, RUNVOY_AWS_SECRET_DELIVERY: 'parameter' });
  },
});
