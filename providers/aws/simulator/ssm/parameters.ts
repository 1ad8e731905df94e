import type { ParameterTier, ParameterType, Tag } from '@aws-sdk/client-ssm';

export interface ParameterVersion {
  version: number;
  value: string;
  type: ParameterType;
  modifiedAt: number;
  modifiedBy: string;
  /** ARN of the key of a SecureString. */
  keyArn?: string;
  /** As it was given. */
  keyId?: string;
}

export interface StoredParameter {
  name: string;
  description?: string;
  allowedPattern?: string;
  tier: ParameterTier;
  dataType: string;
  tags: Tag[];
  /** Oldest first, at most 100. */
  versions: ParameterVersion[];
}

/** Parameters by name. */
export class ParameterStore {
  readonly parameters = new Map<string, StoredParameter>();

  get(name: string): StoredParameter | undefined {
    return this.parameters.get(name);
  }
}
