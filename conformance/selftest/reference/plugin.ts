import { setImmediate } from 'node:timers/promises';
import {
  CONTRACT_VERSION,
  defineProvider,
  type HttpNotification,
  type ReceivedNotification,
  RunvoyError,
} from '@runvoy/core/provider';
import { z } from 'zod';
import { createMemoryDeployment, type MemoryDeployment } from '../../../core/test/support/memory-provider.ts';
import { createProcessTasks, runnableImage } from './process-tasks.ts';

interface ReferenceDeployment extends MemoryDeployment {
  end(): Promise<void>;
}

/** By name, as those of a cloud are: connections meet here. */
const deployments = new Map<string, ReferenceDeployment>();

export const knownIdentity = 'a-role';

/** The in-memory provider as a plugin, with every capability and every optional part. */
export const reference = defineProvider({
  name: 'memory',
  contract: CONTRACT_VERSION,
  config: z.object({
    MEMORY_DEPLOYMENT: z
      .string({ error: 'is missing: set it to the name of a deployment' })
      .regex(/^[a-z0-9-]+$/, 'must be of a-z, 0-9 and -'),
    MEMORY_REGION: z.literal('nowhere', { error: 'must be nowhere: there is no other region in memory' }).optional(),
  }),
  async open({ MEMORY_DEPLOYMENT: name }, { now }) {
    let deployment = deployments.get(name);
    if (!deployment) {
      deployment = createDeployment(now);
      deployments.set(name, deployment);
    }
    return Object.assign(deployment.connect(), { receive });
  },
});

/** What proves that a request is of this cloud. */
export const password = 'Bearer memory';

async function receive({ headers, body }: HttpNotification): Promise<ReceivedNotification> {
  if (headers.authorization !== password) throw new RunvoyError('UNAUTHORIZED', 'not of this cloud');
  try {
    return { raw: JSON.parse(body), sentAt: Date.now() };
  } catch {
    throw new RunvoyError('INVALID_REQUEST', 'the body is not JSON');
  }
}

function createDeployment(now: () => number): ReferenceDeployment {
  let end = async () => {};
  const deployment = createMemoryDeployment({
    now,
    gateway: true,
    roundTrip: setImmediate,
    defaultImage: runnableImage,
    capabilities: { timeouts: true, masking: true },
    tasks: (parts) => {
      const processes = createProcessTasks(parts);
      end = processes.end;
      return processes.tasks;
    },
  });
  deployment.control.identities.add(knownIdentity);
  return { ...deployment, end: () => end() };
}

export function deploymentOf(name: string): ReferenceDeployment {
  return deployments.get(name)!;
}

export async function removeDeployment(name: string): Promise<void> {
  await deployments.get(name)?.end();
  deployments.delete(name);
}
