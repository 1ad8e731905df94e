import type { protos } from '@google-cloud/run';
import { invalidArgument } from '../cloud/cloud-error.ts';
import type { Method, Service } from '../wire/service.ts';
import type { Policy } from './policies.ts';

type Request = protos.google.iam.v1.IGetIamPolicyRequest;

/** Resources that have a policy here, and what their permissions begin with. */
const kinds: readonly [pattern: RegExp, permission: string][] = [
  [/^projects\/[^/]+\/topics\/[^/]+$/, 'pubsub.topics'],
  [/^projects\/[^/]+\/subscriptions\/[^/]+$/, 'pubsub.subscriptions'],
  [/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/, 'cloudkms.cryptoKeys'],
];

function permissionOf(resource: string | null | undefined, verb: string): string {
  const kind = kinds.find(([pattern]) => pattern.test(resource ?? ''));
  if (!kind) throw invalidArgument(`Resource '${resource}' has no IAM policy in the simulator.`);
  return `${kind[1]}.${verb}`;
}

const getPolicy: Method<Request, Policy> = {
  permission: ({ resource }) => permissionOf(resource, 'getIamPolicy'),
  resource: ({ resource }) => resource ?? '',
  handle: ({ resource }, { project }) => project.policies.get(resource!),
};

const setPolicy: Method<protos.google.iam.v1.ISetIamPolicyRequest, Policy> = {
  permission: ({ resource }) => permissionOf(resource, 'setIamPolicy'),
  resource: ({ resource }) => resource ?? '',
  handle({ resource, policy }, { project }) {
    const bindings = (policy?.bindings ?? []).map(({ role, members }) => ({ role: role!, members: members ?? [] }));
    for (const { role, members } of bindings) {
      if (!/^(roles|projects\/[^/]+\/roles|organizations\/[^/]+\/roles)\//.test(role))
        throw invalidArgument(`Role (${role}) does not exist in the resource's hierarchy.`);
      const wrong = members.find((member) => !/^(allUsers|allAuthenticatedUsers|[a-zA-Z]+:.+)$/.test(member));
      if (wrong !== undefined)
        throw invalidArgument(
          `The member ${wrong} is of an unknown type. Please set a valid type prefix for the member.`,
        );
    }
    return project.policies.set(resource!, bindings, policy?.etag as Uint8Array | undefined);
  },
};

/** The owner has all permissions, and everybody else those of the table: this is what a caller asks to learn which. */
const testPermissions: Method<protos.google.iam.v1.ITestIamPermissionsRequest, { permissions: string[] }> = {
  permission: () => [],
  resource: ({ resource }) => resource ?? '',
  handle({ resource, permissions }, { project, caller }) {
    const has = (permission: string) =>
      project.cloud.permissions.allows({ caller, permission, resource: resource!, project });
    return { permissions: (permissions ?? []).filter(has) };
  },
};

/** `google.iam.v1.IAMPolicy`: of topics, subscriptions and keys. */
export const policyService: Service = {
  package: 'run',
  name: 'google.iam.v1.IAMPolicy',
  // Pub/Sub and KMS read policies by GET.
  alsoByHttp: { GetIamPolicy: 'GET /v1/{resource=**}:getIamPolicy' },
  methods: { GetIamPolicy: getPolicy, SetIamPolicy: setPolicy, TestIamPermissions: testPermissions },
};
