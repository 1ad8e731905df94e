import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
  type SSMClientConfig,
} from '@aws-sdk/client-ssm';
import type { CallOptions } from '@runvoy/core/provider';
import type { Calls } from '../clients/calls.ts';
import { isNamed } from '../clients/is-named.ts';
import type { SecretsTier } from '../config.ts';

const maximumBytes: Record<SecretsTier, number> = { standard: 4096, advanced: 8192 };

export interface ParameterDescription {
  /** Under the prefix. */
  path: string;
  description: string;
}

/** Encrypted parameters under one prefix. */
export class Parameters {
  readonly #client: SSMClient;
  readonly #calls: Calls;
  readonly #prefix: string;
  readonly #keyId: string;
  readonly #tier: SecretsTier;

  constructor(config: SSMClientConfig, calls: Calls, settings: { prefix: string; keyId: string; tier: SecretsTier }) {
    this.#client = new SSMClient(config);
    this.#calls = calls;
    this.#prefix = settings.prefix;
    this.#keyId = settings.keyId;
    this.#tier = settings.tier;
  }

  /** Bytes that one parameter may hold. */
  get maximumBytes(): number {
    return maximumBytes[this.#tier];
  }

  async put(path: string, value: string, description: string, call?: CallOptions): Promise<void> {
    const command = new PutParameterCommand({
      Name: this.#nameOf(path),
      Value: value,
      Type: 'SecureString',
      KeyId: this.#keyId,
      Overwrite: true,
      Description: description,
      // The advanced tier for what needs it, and for nothing else: it has a price.
      ...(this.#tier === 'advanced' && { Tier: 'Intelligent-Tiering' }),
    });
    await this.#calls.run((options) => this.#client.send(command, options), call);
  }

  async get(path: string, call?: CallOptions): Promise<string | undefined> {
    const command = new GetParameterCommand({ Name: this.#nameOf(path), WithDecryption: true });
    try {
      const { Parameter } = await this.#calls.run((options) => this.#client.send(command, options), call);
      return Parameter?.Value;
    } catch (error) {
      if (isNamed(error, 'ParameterNotFound')) return undefined;
      throw error;
    }
  }

  /** One that is not there is no error. Singly: existing roles may not remove several in one call. */
  async remove(paths: readonly string[], call?: CallOptions): Promise<void> {
    for (const path of paths) {
      const command = new DeleteParameterCommand({ Name: this.#nameOf(path) });
      try {
        await this.#calls.run((options) => this.#client.send(command, options), call);
      } catch (error) {
        if (!isNamed(error, 'ParameterNotFound')) throw error;
      }
    }
  }

  /** Adds the tags by which upstream's health check recognises its parameters. */
  async tag(path: string, tags: Record<string, string>, call?: CallOptions): Promise<void> {
    const command = new AddTagsToResourceCommand({
      ResourceType: 'Parameter',
      ResourceId: this.#nameOf(path),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    });
    await this.#calls.run((options) => this.#client.send(command, options), call);
  }

  /** Everything under the prefix, without values. */
  async describe(call?: CallOptions): Promise<ParameterDescription[]> {
    const found: ParameterDescription[] = [];
    let NextToken: string | undefined;
    do {
      const command = new DescribeParametersCommand({
        ParameterFilters: [{ Key: 'Path', Option: 'Recursive', Values: [this.#prefix] }],
        MaxResults: 50,
        ...(NextToken !== undefined && { NextToken }),
      });
      const page = await this.#calls.run((options) => this.#client.send(command, options), call);
      for (const { Name = '', Description = '' } of page.Parameters ?? [])
        found.push({ path: Name.slice(this.#prefix.length + 1), description: Description });
      NextToken = page.NextToken;
    } while (NextToken);
    return found;
  }

  /** The paths of what is in a folder. */
  async listFolder(folder: string, call?: CallOptions): Promise<string[]> {
    const found: string[] = [];
    let NextToken: string | undefined;
    do {
      const command = new GetParametersByPathCommand({
        Path: this.#nameOf(folder),
        Recursive: true,
        WithDecryption: false,
        MaxResults: 10,
        ...(NextToken !== undefined && { NextToken }),
      });
      const page = await this.#calls.run((options) => this.#client.send(command, options), call);
      for (const { Name = '' } of page.Parameters ?? []) found.push(Name.slice(this.#prefix.length + 1));
      NextToken = page.NextToken;
    } while (NextToken);
    return found;
  }

  close(): void {
    this.#client.destroy();
  }

  #nameOf(path: string): string {
    return `${this.#prefix}/${path}`;
  }
}
