import type { protos, SecretManagerServiceClient } from '@google-cloud/secret-manager';
import type { CallOptions, Secrets } from '@runvoy/core/provider';
import type { Lifecycle } from '@runvoy/core/toolkit';
import type { GcpConfig } from '../config/config.ts';
import { allPages, onePage } from '../connect/all-pages.ts';
import type { Clients } from '../connect/clients.ts';
import { checkName, checkSecret } from './check-secret.ts';
import { fromPayload, toPayload } from './payload.ts';
import { secretId } from './secret-id.ts';

type Secret = protos.google.cloud.secretmanager.v1.ISecret;
type Version = protos.google.cloud.secretmanager.v1.ISecretVersion;

const notFound = 5;
const alreadyExists = 6;
const failedPrecondition = 9;
const aborted = 10;
/** Secret Manager takes no time of expiry that is less than a minute ahead, and deletes by its own clock. */
const deletionMarginMilliseconds = 120_000;

export class SecretManagerSecrets implements Secrets {
  readonly #config: GcpConfig;
  readonly #clients: Clients;
  readonly #lifecycle: Lifecycle;
  readonly #now: () => number;

  constructor(config: GcpConfig, clients: Clients, lifecycle: Lifecycle, now: () => number) {
    this.#config = config;
    this.#clients = clients;
    this.#lifecycle = lifecycle;
    this.#now = now;
  }

  put(name: string, value: string, { expiresAt }: { expiresAt?: number } = {}, call?: CallOptions): Promise<void> {
    return this.#with(call, async (client) => {
      checkSecret(name, value, expiresAt);
      const wanted = this.#describe(name, expiresAt);
      const isNew = await this.#create(client, name, wanted);
      if (!isNew) await this.#redescribe(client, wanted);
      const [added] = await client.addSecretVersion({ parent: wanted.name!, payload: { data: toPayload(value) } });
      if (!isNew) await this.#destroyBefore(client, wanted.name!, added.name!);
    });
  }

  reveal(name: string, call?: CallOptions): Promise<string | undefined> {
    return this.#with(call, async (client) => {
      checkName(name);
      const path = this.#path(name);
      const [secret, version] = await Promise.all([
        ifThere(client.getSecret({ name: path })),
        ifThere(client.accessSecretVersion({ name: `${path}/versions/latest` })),
      ]);
      if (!secret || !version || this.#isExpired(secret[0])) return undefined;
      return fromPayload(version[0].payload?.data ?? '');
    });
  }

  remove(name: string, call?: CallOptions): Promise<void> {
    return this.#with(call, async (client) => {
      checkName(name);
      await ifThere(client.deleteSecret({ name: this.#path(name) }));
    });
  }

  list(call?: CallOptions): Promise<string[]> {
    return this.#with(call, async (client) => {
      const names: string[] = [];
      const request = {
        parent: `projects/${this.#config.project}`,
        filter: `labels.runvoy=${this.#config.deployment}`,
      };
      const list = (pageToken: string) => client.listSecrets({ ...request, pageSize: 1000, pageToken }, onePage);
      for await (const secret of allPages<Secret>(list)) {
        const name = secret.annotations?.['runvoy-name'];
        if (name !== undefined && !this.#isExpired(secret)) names.push(name);
      }
      return names;
    });
  }

  async #with<T>(call: CallOptions | undefined, work: (client: SecretManagerServiceClient) => Promise<T>): Promise<T> {
    this.#lifecycle.enter(call);
    return this.#lifecycle.settle(this.#clients.secrets().then(work), call);
  }

  #path(name: string): string {
    return `projects/${this.#config.project}/secrets/${secretId(this.#config, name)}`;
  }

  /** What a secret says of itself; names have characters that neither ids nor labels allow. */
  #describe(name: string, expiresAt: number | undefined): Secret {
    return {
      name: this.#path(name),
      labels: { runvoy: this.#config.deployment },
      annotations: {
        'runvoy-name': name,
        ...(expiresAt !== undefined && { 'runvoy-expires-at': String(expiresAt) }),
      },
      ...(expiresAt !== undefined && { expireTime: timestampOf(expiresAt) }),
    };
  }

  /** Whether it was not there before. */
  async #create(client: SecretManagerServiceClient, name: string, { name: _, ...wanted }: Secret): Promise<boolean> {
    const { kmsKey } = this.#config.secrets;
    const automatic = kmsKey === undefined ? {} : { customerManagedEncryption: { kmsKeyName: kmsKey } };
    try {
      const parent = `projects/${this.#config.project}`;
      const id = secretId(this.#config, name);
      await client.createSecret({ parent, secretId: id, secret: { ...wanted, replication: { automatic } } });
      return true;
    } catch (error) {
      if (codeOf(error) === alreadyExists) return false;
      throw error;
    }
  }

  /** Brings the time of expiry of one that is there already up to date. */
  async #redescribe(client: SecretManagerServiceClient, wanted: Secret): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const [current] = await client.getSecret({ name: wanted.name! });
      const expiry = (secret: Secret) => secret.annotations?.['runvoy-expires-at'];
      if (expiry(current) === expiry(wanted)) return;
      try {
        const paths = ['annotations', 'labels', 'expire_time'];
        await client.updateSecret({ secret: { ...wanted, etag: current.etag ?? null }, updateMask: { paths } });
        return;
      } catch (error) {
        const isStale = [failedPrecondition, aborted].includes(codeOf(error));
        if (!isStale || attempt === 5) throw error;
      }
    }
  }

  /** The value that was is of no use to anybody but a thief. */
  async #destroyBefore(client: SecretManagerServiceClient, secret: string, added: string): Promise<void> {
    const numberOf = (version: string) => Number(version.slice(version.lastIndexOf('/') + 1));
    const earlier: { name: string; etag: string | null }[] = [];
    const list = (pageToken: string) => client.listSecretVersions({ parent: secret, pageToken }, onePage);
    for await (const { name, etag, state } of allPages<Version>(list)) {
      const isDestroyed = state === 'DESTROYED' || state === 3;
      if (name && !isDestroyed && numberOf(name) < numberOf(added)) earlier.push({ name, etag: etag ?? null });
    }
    await Promise.all(
      earlier.map(async (version) => {
        try {
          await client.destroySecretVersion(version);
        } catch (error) {
          // Another put, at the same time, has destroyed it.
          if (![notFound, failedPrecondition, aborted].includes(codeOf(error))) throw error;
        }
      }),
    );
  }

  #isExpired({ annotations }: Secret): boolean {
    const expiresAt = annotations?.['runvoy-expires-at'];
    return expiresAt !== undefined && Number(expiresAt) <= this.#now();
  }
}

/** `undefined` when there is no such secret, or its latest version was disabled or destroyed. */
async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if ([notFound, failedPrecondition].includes(codeOf(error))) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): number {
  return (error as { code?: number }).code ?? -1;
}

function timestampOf(expiresAt: number): { seconds: number; nanos: number } {
  const milliseconds = Math.max(expiresAt, Date.now() + deletionMarginMilliseconds);
  return { seconds: Math.ceil(milliseconds / 1000), nanos: 0 };
}
