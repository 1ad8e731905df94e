import { type CallOptions, type Identities, RunvoyError } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { GcpConfig } from './config/config.ts';
import { googleFetch } from './connect/google-fetch.ts';

/** Service accounts. Google's client of IAM brings a second copy of everything below it, so this is plain REST. */
export class ServiceAccounts implements Identities {
  readonly #config: GcpConfig;
  readonly #lifecycle: Lifecycle;

  constructor(config: GcpConfig, lifecycle: Lifecycle) {
    this.#config = config;
    this.#lifecycle = lifecycle;
  }

  async exists(name: string, call?: CallOptions): Promise<boolean> {
    this.#lifecycle.enter(call);
    const { project } = this.#config;
    const email = name.includes('@') ? name : `${name}@${project}.iam.gserviceaccount.com`;
    if (!/^[\w.-]+@[\w.-]+$/.test(email)) return false;
    const asking = googleFetch(this.#config, 'iam', `/v1/projects/${project}/serviceAccounts/${email}`);
    const { status } = await this.#lifecycle.settle(asking, call);
    if (status === 404) return false;
    if (status === 200) return true;
    throw status === 403
      ? new RunvoyError('PERMISSION_DENIED', 'IAM refused this server the look at a service account')
      : Object.assign(new Error(`IAM answered with ${status}`), { status });
  }
}
