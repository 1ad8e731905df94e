import type { protos } from '@google-cloud/secret-manager';
import type { Project } from '../cloud/project.ts';
import { timestamp } from '../cloud/time.ts';
import type { Secret, SecretVersion } from './secret.ts';

/** Names in answers have the project's number, whatever the request had: a real trap for whoever compares names. */
export function secretToProto(project: Project, secret: Secret): protos.google.cloud.secretmanager.v1.ISecret {
  const { id, replication, createTime, labels, annotations, versionAliases, expireTime, versionDestroyTtl, etag } =
    secret;
  return {
    name: `projects/${project.number}/secrets/${id}`,
    replication,
    createTime: timestamp(createTime),
    labels,
    annotations,
    versionAliases,
    etag,
    ...(expireTime !== undefined && { expireTime: timestamp(expireTime) }),
    ...(versionDestroyTtl !== undefined && { versionDestroyTtl: timestamp(versionDestroyTtl) }),
  };
}

export function versionToProto(
  project: Project,
  secret: Secret,
  version: SecretVersion,
): protos.google.cloud.secretmanager.v1.ISecretVersion {
  const { id, state, createTime, destroyTime, scheduledDestroyTime, etag, kmsKeyName } = version;
  const encrypted = kmsKeyName && {
    customerManagedEncryption: { kmsKeyVersionName: `${kmsKeyName}/cryptoKeyVersions/1` },
  };
  return {
    name: `projects/${project.number}/secrets/${secret.id}/versions/${id}`,
    state,
    createTime: timestamp(createTime),
    etag,
    clientSpecifiedPayloadChecksum: version.clientSpecifiedPayloadChecksum,
    replicationStatus: secret.replication.userManaged
      ? {
          userManaged: {
            replicas: secret.replication.userManaged.replicas!.map(({ location }) => ({ location: location! })),
          },
        }
      : { automatic: { ...encrypted } },
    ...(destroyTime !== undefined && { destroyTime: timestamp(destroyTime) }),
    ...(scheduledDestroyTime !== undefined && { scheduledDestroyTime: timestamp(scheduledDestroyTime) }),
  };
}
