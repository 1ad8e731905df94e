import { Refused, type SimulatedGoogle, type SimulatedMethods } from './simulated-google.ts';

/** Service Usage, IAM, Resource Manager and Cloud Storage, as far as a project is prepared with them. */
export function projectMethods(cloud: SimulatedGoogle): SimulatedMethods {
  let version = 1;
  const etag = () => Buffer.from(`version ${version}`).toString('base64');
  return {
    'serviceusage.services.batchGet': ({ query }) => ({
      services: query.getAll('names').map((name) => ({
        name,
        state: cloud.enabled.has(name.split('/').at(-1)!) ? 'ENABLED' : 'DISABLED',
      })),
    }),
    'serviceusage.services.batchEnable': ({ body: { serviceIds } }) => {
      for (const id of serviceIds as string[]) cloud.enabled.add(id);
      return { name: 'operations/acat.1' };
    },
    'serviceusage.operations.get': () => ({ name: 'operations/acat.1', done: true }),
    'serviceusage.services.generateServiceIdentity': () => ({ name: 'operations/finished.DONE_OPERATION', done: true }),
    'iam.projects.serviceAccounts.list': () => ({ accounts: [...cloud.accounts].map((email) => ({ email })) }),
    'iam.projects.serviceAccounts.get': ({ variables: [, email] }) =>
      cloud.accounts.has(email!) ? { email } : undefined,
    'iam.projects.serviceAccounts.create': ({ variables: [project], body: { accountId } }) => {
      const email = `${accountId}@${project}.iam.gserviceaccount.com`;
      cloud.accounts.add(email);
      return { email };
    },
    'cloudresourcemanager.projects.getIamPolicy': () => ({ version: 1, bindings: cloud.bindings, etag: etag() }),
    'cloudresourcemanager.projects.setIamPolicy': ({ body }) => {
      const policy = body.policy as { bindings: SimulatedGoogle['bindings']; etag: string };
      if (policy.etag !== etag())
        throw new Refused(
          409,
          'ABORTED',
          'There were concurrent policy changes. Please retry the whole read-modify-write.',
        );
      version += 1;
      cloud.bindings = policy.bindings;
      return policy;
    },
    'storage.buckets.get': ({ variables: [name] }) => (cloud.buckets.has(name!) ? { name } : undefined),
    'storage.buckets.insert': ({ body: { name } }) => {
      cloud.buckets.add(String(name));
      return { name };
    },
    'storage.objects.insert': ({ variables: [bucket], query, bytes }) => {
      const name = query.get('name')!;
      cloud.objects.set(`${bucket}/${name}`, bytes);
      return { bucket, name, size: String(bytes.length) };
    },
  };
}
