import type { protos } from '@google-cloud/secret-manager';
import { alreadyExists, failedPrecondition, invalidArgument } from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import { microseconds } from '../cloud/time.ts';
import { locationOf } from '../kms/kms.ts';
import { pageOf } from '../wire/page.ts';
import type { Method, Service } from '../wire/service.ts';
import { checkAliases, checkAnnotations, checkLabels, checkSecretId } from './check-secret.ts';
import { checkEtag, idOf } from './names.ts';
import type { Replication, Secret } from './secret.ts';
import { secretFilter } from './secret-filter.ts';
import { secretToProto } from './to-proto.ts';
import { versionMethods } from './version-methods.ts';

/** Microseconds. */
const shortestLife = 60e6;

type V1 = protos.google.cloud.secretmanager.v1.ISecret;

const createSecret: Method<protos.google.cloud.secretmanager.v1.ICreateSecretRequest, V1> = {
  permission: () => 'secretmanager.secrets.create',
  resource: ({ parent }) => parent ?? '',
  handle({ secretId, secret: wanted }, { project }) {
    const id = secretId ?? '';
    checkSecretId(id);
    if (!wanted) throw invalidArgument('The secret is required.');
    const replication = (wanted.replication ?? {}) as Replication;
    checkReplication(project, replication);
    const secret: Secret = {
      id,
      replication,
      createTime: project.cloud.clock.now(),
      labels: {},
      annotations: {},
      versionAliases: {},
      etag: '',
      versions: [],
    };
    change(project, secret, wanted, [
      'labels',
      'annotations',
      'version_aliases',
      expirationOf(wanted),
      'version_destroy_ttl',
    ]);
    if (project.secrets.peek(id))
      throw alreadyExists(`Secret [projects/${project.number}/secrets/${id}] already exists.`);
    project.secrets.add(secret);
    return secretToProto(project, secret);
  },
};

const getSecret: Method<protos.google.cloud.secretmanager.v1.IGetSecretRequest, V1> = {
  permission: () => 'secretmanager.secrets.get',
  resource: ({ name }) => name ?? '',
  handle: ({ name }, { project }) => secretToProto(project, project.secrets.find(idOf(name))),
};

const listSecrets: Method<
  protos.google.cloud.secretmanager.v1.IListSecretsRequest,
  protos.google.cloud.secretmanager.v1.IListSecretsResponse
> = {
  permission: () => 'secretmanager.secrets.list',
  resource: ({ parent }) => parent ?? '',
  handle(request, { project }) {
    const found = project.secrets.list().filter(secretFilter(request.filter ?? ''));
    const { items, nextPageToken } = pageOf(found, request, 25_000);
    return { secrets: items.map((secret) => secretToProto(project, secret)), nextPageToken, totalSize: found.length };
  },
};

const updateSecret: Method<protos.google.cloud.secretmanager.v1.IUpdateSecretRequest, V1> = {
  permission: () => 'secretmanager.secrets.update',
  resource: ({ secret }) => secret?.name ?? '',
  handle({ secret: wanted, updateMask }, { project }) {
    const secret = project.secrets.find(idOf(wanted?.name));
    checkEtag(secret.etag, wanted?.etag);
    const paths = updateMask?.paths ?? [];
    if (paths.length === 0) throw invalidArgument('The update_mask is required.');
    if (paths.some((path) => path.startsWith('replication')))
      throw invalidArgument('The replication policy of a secret cannot be changed.');
    const changed = { ...secret };
    change(project, changed, wanted!, paths);
    Object.assign(secret, changed);
    if (!paths.some((path) => path === 'expire_time' || path === 'ttl')) return secretToProto(project, secret);
    if (changed.expireTime === undefined) delete secret.expireTime;
    return secretToProto(project, secret);
  },
};

const deleteSecret: Method<protos.google.cloud.secretmanager.v1.IDeleteSecretRequest, object> = {
  permission: () => 'secretmanager.secrets.delete',
  resource: ({ name }) => name ?? '',
  handle({ name, etag }, { project }) {
    const secret = project.secrets.find(idOf(name));
    checkEtag(secret.etag, etag);
    project.secrets.remove(secret.id);
    return {};
  },
};

/** `google.cloud.secretmanager.v1.SecretManagerService`, for global secrets. */
export const secretService: Service = {
  package: 'secrets',
  name: 'google.cloud.secretmanager.v1.SecretManagerService',
  methods: {
    CreateSecret: createSecret,
    GetSecret: getSecret,
    ListSecrets: listSecrets,
    UpdateSecret: updateSecret,
    DeleteSecret: deleteSecret,
    ...versionMethods,
  },
};

const expirationOf = (wanted: V1): string => (wanted.ttl ? 'ttl' : 'expire_time');

function change(project: Project, secret: Secret, wanted: V1, paths: readonly string[]): void {
  for (const path of paths) {
    switch (path) {
      case 'labels':
        secret.labels = { ...(wanted.labels as Record<string, string>) };
        checkLabels(secret.labels);
        break;
      case 'annotations':
        secret.annotations = { ...(wanted.annotations as Record<string, string>) };
        checkAnnotations(secret.annotations);
        break;
      case 'version_aliases':
        secret.versionAliases = { ...(wanted.versionAliases as Record<string, string>) };
        checkAliases(secret.versionAliases);
        break;
      case 'ttl':
      case 'expire_time':
        setExpiry(project, secret, wanted);
        break;
      case 'version_destroy_ttl':
        if (wanted.versionDestroyTtl) secret.versionDestroyTtl = microseconds(wanted.versionDestroyTtl);
        else delete secret.versionDestroyTtl;
        break;
      default:
        throw invalidArgument(`The update_mask has an unknown field: ${path}.`);
    }
  }
  secret.etag = project.secrets.newEtag();
}

function setExpiry(project: Project, secret: Secret, wanted: V1): void {
  const now = project.cloud.clock.now();
  if (wanted.ttl) secret.expireTime = now + microseconds(wanted.ttl);
  else if (wanted.expireTime) secret.expireTime = microseconds(wanted.expireTime);
  else delete secret.expireTime;
  if (secret.expireTime !== undefined && secret.expireTime < now + shortestLife)
    throw invalidArgument('The expire_time of a secret must be at least 60 seconds in the future.');
}

/** CMEK: an automatic policy needs a key in `global`, a replica one in its own location; and Secret Manager must be let in. */
function checkReplication(project: Project, { automatic, userManaged }: Replication): void {
  if (!automatic && !userManaged) throw invalidArgument('The replication policy is required.');
  const uses = automatic
    ? [{ location: 'global', key: automatic.customerManagedEncryption?.kmsKeyName }]
    : (userManaged!.replicas ?? []).map(({ location, customerManagedEncryption }) => ({
        location: location ?? '',
        key: customerManagedEncryption?.kmsKeyName,
      }));
  if (uses.length === 0) throw invalidArgument('A user managed replication policy must have at least one replica.');
  const agent = `serviceAccount:service-${project.number}@gcp-sa-secretmanager.iam.gserviceaccount.com`;
  for (const { location, key } of uses) {
    if (!key) continue;
    if (locationOf(key) !== location)
      throw invalidArgument(`The KMS key '${key}' must be in location '${location}', as the replication policy is.`);
    if (!project.kms.usable(key, agent))
      throw failedPrecondition(
        `Cloud KMS key '${key}' does not exist, is disabled, or ${agent} lacks roles/cloudkms.cryptoKeyEncrypterDecrypter on it.`,
      );
  }
}
