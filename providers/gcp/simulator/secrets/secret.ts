import type { Microseconds } from '../cloud/time.ts';

export type VersionState = 'ENABLED' | 'DISABLED' | 'DESTROYED';

export interface SecretVersion {
  /** From 1. */
  id: number;
  state: VersionState;
  createTime: Microseconds;
  destroyTime?: Microseconds;
  /** When a version with a delayed destruction is destroyed. */
  scheduledDestroyTime?: Microseconds;
  etag: string;
  /** Empty once destroyed. */
  data: Buffer;
  /** The key that was the secret's when the version was added: a later key changes nothing. */
  kmsKeyName?: string;
  clientSpecifiedPayloadChecksum: boolean;
}

export interface Replication {
  automatic?: { customerManagedEncryption?: { kmsKeyName?: string | null } | null } | null;
  userManaged?: {
    replicas?: { location?: string | null; customerManagedEncryption?: { kmsKeyName?: string | null } | null }[] | null;
  } | null;
}

export interface Secret {
  /** The last segment of its name. */
  id: string;
  replication: Replication;
  createTime: Microseconds;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  versionAliases: Record<string, string>;
  expireTime?: Microseconds;
  /** Microseconds between the call of destroy and the destruction. */
  versionDestroyTtl?: number;
  etag: string;
  versions: SecretVersion[];
}
