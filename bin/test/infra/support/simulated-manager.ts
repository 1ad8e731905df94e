import type { ConfigDeployment } from '../../../src/infra/gcp/config-api.ts';
import { type Outcome, Refused, type SimulatedGoogle, type SimulatedMethods } from './simulated-google.ts';

const place = 'projects/my-project-1/locations/us-central1';
const name = `${place}/deployments/runvoy-backend`;

interface Work {
  steps: string[];
  step?: string;
  end: () => void;
  target: string;
  kind: 'deploymentMetadata' | 'previewMetadata';
  done: boolean;
}

/** Infrastructure Manager: operations that go on a step at each look, one lock, revisions, previews. */
export function managerMethods(cloud: SimulatedGoogle): SimulatedMethods {
  const operations = new Map<string, Work>();
  let revision = 0;
  let lockId: string | undefined;
  let applied: Outcome = {};
  const previews = new Set<string>();

  const show = (id: string, { done, step, target, kind }: Work): object => ({
    name: id,
    done,
    metadata: { target, apiVersion: 'v1', ...(step && { [kind]: { step } }) },
  });
  const begin = (target: string, kind: Work['kind'], steps: string[], end: () => void): object => {
    const id = `${place}/operations/operation-${operations.size + 1}`;
    const work: Work = { steps: [...steps], end, target, kind, done: false };
    operations.set(id, work);
    return show(id, work);
  };
  const look = (id: string): object => {
    const work = operations.get(id)!;
    work.step = work.steps.shift() ?? work.step;
    if (work.steps.length === 0 && !work.done) {
      work.done = true;
      work.end();
    }
    return show(id, work);
  };
  /** Terraform runs, and ends as `outcome` says. */
  const run = (busy: ConfigDeployment['state'], body: object): object => {
    mustBeFree();
    applied = cloud.outcome;
    const latestRevision = `${name}/revisions/r-${revision++}`;
    const { tfErrors: _old, errorCode: _code, ...before } = cloud.deployment ?? {};
    cloud.deployment = { ...before, ...body, name, state: busy, lockState: 'LOCKED', latestRevision };
    const { steps = ['RUNNING_TF_INIT', 'RUNNING_TF_APPLY'], failures, errorCode } = applied;
    return begin(name, 'deploymentMetadata', steps, () => {
      const failed = failures !== undefined || errorCode !== undefined;
      if (busy === 'DELETING' && !failed) {
        cloud.deployment = undefined;
        return;
      }
      // What went wrong in an apply is said by its revision; of a deletion, by the deployment itself.
      const errors = busy === 'DELETING' ? { tfErrors: failures, errorCode } : { errorCode: 'REVISION_FAILED' };
      Object.assign(cloud.deployment!, {
        state: failed ? 'FAILED' : 'ACTIVE',
        lockState: 'UNLOCKED',
        ...(failed && errors),
      });
    });
  };
  const mustBeFree = () => {
    if (cloud.deployment?.lockState === 'LOCKED')
      throw new Refused(400, 'FAILED_PRECONDITION', `deployment ${name} is locked`);
  };
  const mustHold = (given: unknown) => {
    if (given !== lockId) throw new Refused(400, 'INVALID_ARGUMENT', 'the lock ID is not that of the lock');
  };
  const signed = () => ({ signedUri: `http://${cloud.env.RUNVOY_GCP_ENDPOINT}/signed/state` });

  const deployments: SimulatedMethods = {
    get: () => cloud.deployment,
    create: ({ body }) => run('CREATING', body),
    patch: ({ body, query }) => {
      // Without a mask everything else would be taken away.
      const mask = query.get('updateMask')?.split(',') ?? [];
      return run('UPDATING', Object.fromEntries(mask.map((field) => [field, body[field]])));
    },
    delete: () => run('DELETING', {}),
    lock: () => {
      mustBeFree();
      return begin(name, 'deploymentMetadata', [], () => {
        lockId = '17';
        cloud.deployment!.lockState = 'LOCKED';
      });
    },
    unlock: ({ body }) => {
      mustHold(body.lockId);
      return begin(name, 'deploymentMetadata', ['UNLOCKING_DEPLOYMENT'], () => {
        lockId = undefined;
        cloud.deployment!.lockState = 'UNLOCKED';
      });
    },
    exportLock: () => ({ lockId: lockId ?? '99', who: lockId ? 'runvoy' : 'somebody@example.com' }),
    exportState: signed,
    importState: ({ body }) => {
      mustHold(body.lockId);
      return signed();
    },
    'revisions.get': () => ({
      applyResults: {
        outputs: Object.fromEntries(Object.entries(applied.outputs ?? {}).map(([key, value]) => [key, { value }])),
      },
      tfErrors: applied.failures,
      errorCode: applied.errorCode,
    }),
    'revisions.resources.list': () => ({
      resources: (applied.resources ?? []).map(({ address, state }) => ({ terraformInfo: { address }, state })),
    }),
  };
  return {
    'config.projects.locations.list': () => ({ locations: [{ locationId: 'us-central1' }] }),
    'config.projects.locations.operations.get': ({ variables }) => look(`${place}/operations/${variables[2]}`),
    'config.projects.locations.operations.list': () => ({
      operations: [...operations].map(([id, work]) => show(id, work)),
    }),
    ...Object.fromEntries(
      Object.entries(deployments).map(([id, method]) => [`config.projects.locations.deployments.${id}`, method]),
    ),
    'config.projects.locations.previews.create': ({ query }) => {
      const id = query.get('previewId')!;
      previews.add(id);
      return begin(`${place}/previews/${id}`, 'previewMetadata', ['RUNNING_TF_PLAN'], () => {});
    },
    'config.projects.locations.previews.get': ({ variables: [, , id] }) =>
      previews.has(id!)
        ? {
            state: cloud.preview.failures || cloud.preview.errorCode ? 'FAILED' : 'SUCCEEDED',
            tfErrors: cloud.preview.failures,
            errorCode: cloud.preview.errorCode,
          }
        : undefined,
    'config.projects.locations.previews.resourceChanges.list': () => ({
      resourceChanges: cloud.changes.map(({ address, type, intent }) => ({
        terraformInfo: { address, type },
        intent,
      })),
    }),
    'config.projects.locations.previews.delete': ({ variables: [, , id] }) => {
      previews.delete(id!);
      return begin(`${place}/previews/${id}`, 'previewMetadata', [], () => {});
    },
  };
}
