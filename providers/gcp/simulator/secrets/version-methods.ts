import type { protos } from '@google-cloud/secret-manager';
import { failedPrecondition, invalidArgument } from '../cloud/cloud-error.ts';
import type { Project } from '../cloud/project.ts';
import { pageOf } from '../wire/page.ts';
import type { AnyMethod, Method } from '../wire/service.ts';
import { largestPayload } from './check-secret.ts';
import { crc32c } from './crc32c.ts';
import { checkEtag, idOf } from './names.ts';
import type { Secret, SecretVersion, VersionState } from './secret.ts';
import { versionToProto } from './to-proto.ts';

type Version = protos.google.cloud.secretmanager.v1.ISecretVersion;

const addVersion: Method<protos.google.cloud.secretmanager.v1.IAddSecretVersionRequest, Version> = {
  permission: () => 'secretmanager.versions.add',
  resource: ({ parent }) => parent ?? '',
  handle({ parent, payload }, { project }) {
    const secret = project.secrets.find(idOf(parent));
    const data = Buffer.from((payload?.data as Uint8Array | undefined) ?? []);
    if (data.length === 0) throw invalidArgument('The payload of a secret version must not be empty.');
    if (data.length > largestPayload)
      throw invalidArgument(
        `The payload has ${data.length} bytes: a secret version can have at most ${largestPayload}.`,
      );
    const given = payload?.dataCrc32c;
    const hasChecksum = given !== undefined && given !== null;
    if (hasChecksum && Number(given) !== crc32c(data))
      throw invalidArgument('The payload does not match its data_crc32c: it was corrupted on its way.');
    const kmsKeyName = secret.replication.automatic?.customerManagedEncryption?.kmsKeyName;
    const version: SecretVersion = {
      id: (secret.versions.at(-1)?.id ?? 0) + 1,
      state: 'ENABLED',
      createTime: project.cloud.clock.now(),
      etag: project.secrets.newEtag(),
      data,
      clientSpecifiedPayloadChecksum: hasChecksum,
      ...(kmsKeyName && { kmsKeyName }),
    };
    secret.versions.push(version);
    return versionToProto(project, secret, version);
  },
};

const accessVersion: Method<
  protos.google.cloud.secretmanager.v1.IAccessSecretVersionRequest,
  protos.google.cloud.secretmanager.v1.IAccessSecretVersionResponse
> = {
  permission: () => 'secretmanager.versions.access',
  resource: ({ name }) => name ?? '',
  handle({ name }, { project }) {
    const { id, data, kmsKeyName } = project.secrets.reveal(idOf(name), versionOf(name));
    if (kmsKeyName && !project.kms.get(kmsKeyName)?.enabled)
      throw failedPrecondition(`The Cloud KMS key '${kmsKeyName}' of the secret version is not enabled.`);
    return {
      name: `projects/${project.number}/secrets/${idOf(name)}/versions/${id}`,
      payload: { data, dataCrc32c: String(crc32c(data)) },
    };
  },
};

const getVersion: Method<protos.google.cloud.secretmanager.v1.IGetSecretVersionRequest, Version> = {
  permission: () => 'secretmanager.versions.get',
  resource: ({ name }) => name ?? '',
  handle: ({ name }, { project }) => answer(project, name),
};

const listVersions: Method<
  protos.google.cloud.secretmanager.v1.IListSecretVersionsRequest,
  protos.google.cloud.secretmanager.v1.IListSecretVersionsResponse
> = {
  permission: () => 'secretmanager.versions.list',
  resource: ({ parent }) => parent ?? '',
  handle(request, { project }) {
    const secret = project.secrets.find(idOf(request.parent));
    const wanted = /^state[:=]"?(ENABLED|DISABLED|DESTROYED)"?$/i.exec(request.filter ?? '')?.[1]?.toUpperCase();
    if (request.filter && !wanted) throw invalidArgument(`The filter '${request.filter}' is not supported.`);
    const found = secret.versions.filter(({ state }) => !wanted || state === wanted).reverse();
    const { items, nextPageToken } = pageOf(found, request, 25_000);
    return {
      versions: items.map((each) => versionToProto(project, secret, each)),
      nextPageToken,
      totalSize: found.length,
    };
  },
};

/** Destroying for good, disabling and enabling differ in where they lead, and that nothing leads out of DESTROYED. */
const changing = (
  verb: 'enable' | 'disable' | 'destroy',
  act: (project: Project, secret: Secret, version: SecretVersion) => void,
): Method<protos.google.cloud.secretmanager.v1.IDestroySecretVersionRequest, Version> => ({
  permission: () => `secretmanager.versions.${verb}`,
  resource: ({ name }) => name ?? '',
  handle({ name, etag }, { project }) {
    const version = project.secrets.findVersion(idOf(name), versionOf(name));
    checkEtag(version.etag, etag);
    if (version.state === 'DESTROYED')
      throw failedPrecondition(
        `Secret Version [${name}] is in DESTROYED state: it cannot be ${verb}${verb === 'destroy' ? 'ed' : 'd'}.`,
      );
    act(project, project.secrets.find(idOf(name)), version);
    return answer(project, name);
  },
});

const become = (state: VersionState) => (project: Project, _secret: Secret, version: SecretVersion) => {
  version.state = state;
  version.etag = project.secrets.newEtag();
  if (state === 'ENABLED') delete version.scheduledDestroyTime;
};

const destroy = (project: Project, secret: Secret, version: SecretVersion) => {
  if (secret.versionDestroyTtl === undefined) {
    project.secrets.destroyNow(version);
    return;
  }
  become('DISABLED')(project, secret, version);
  version.scheduledDestroyTime = project.cloud.clock.now() + secret.versionDestroyTtl;
};

export const versionMethods: Record<string, AnyMethod> = {
  AddSecretVersion: addVersion,
  AccessSecretVersion: accessVersion,
  GetSecretVersion: getVersion,
  ListSecretVersions: listVersions,
  EnableSecretVersion: changing('enable', become('ENABLED')),
  DisableSecretVersion: changing('disable', become('DISABLED')),
  DestroySecretVersion: changing('destroy', destroy),
};

function answer(project: Project, name: string | null | undefined): Version {
  const version = project.secrets.findVersion(idOf(name), versionOf(name));
  return versionToProto(project, project.secrets.find(idOf(name)), version);
}

function versionOf(name: string | null | undefined): string {
  const version = /\/versions\/([^/]+)$/.exec(name ?? '')?.[1];
  if (version === undefined) throw invalidArgument(`Invalid resource field value in the request: '${name}'.`);
  return version;
}
