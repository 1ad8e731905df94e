import { GetRoleCommand, IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import type { CallOptions, Identities } from '@runvoy/core/provider';
import type { Calls } from '../clients/calls.ts';
import { isNamed } from '../clients/is-named.ts';

/** IAM's roles. */
export class Roles implements Identities {
  readonly #client: IAMClient;
  readonly #calls: Calls;

  constructor(config: IAMClientConfig, calls: Calls) {
    this.#client = new IAMClient(config);
    this.#calls = calls;
  }

  async exists(name: string, call?: CallOptions): Promise<boolean> {
    const RoleName = name.slice(name.lastIndexOf('/') + 1);
    // What IAM would refuse as a name names nothing.
    if (!/^[\w+=,.@-]{1,64}$/.test(RoleName)) return false;
    const command = new GetRoleCommand({ RoleName });
    try {
      await this.#calls.run((options) => this.#client.send(command, options), call);
      return true;
    } catch (error) {
      if (isNamed(error, 'NoSuchEntityException', 'NoSuchEntity')) return false;
      throw error;
    }
  }

  close(): void {
    this.#client.destroy();
  }
}
