import type { Cloud } from '../cloud/cloud.ts';
import { failedPrecondition, notFound } from '../cloud/cloud-error.ts';
import type { Secret, SecretVersion } from './secret.ts';

/** Secret Manager of one project. Expired secrets and due destructions are dealt with when somebody looks. */
export class Secrets {
  readonly #cloud: Cloud;
  readonly #project: { id: string; number: string };
  readonly #secrets = new Map<string, Secret>();
  #changes = 0;

  constructor(cloud: Cloud, project: { id: string; number: string }) {
    this.#cloud = cloud;
    this.#project = project;
  }

  /** All, newest first. */
  list(): Secret[] {
    const ids = [...this.#secrets.keys()];
    return ids.flatMap((id) => this.peek(id) ?? []).reverse();
  }

  /** By its id; `undefined` when there is none, or none any more. */
  peek(id: string): Secret | undefined {
    const secret = this.#secrets.get(id);
    const now = this.#cloud.clock.now();
    if (secret?.expireTime !== undefined && secret.expireTime <= now) {
      this.#secrets.delete(id);
      return undefined;
    }
    for (const version of secret?.versions ?? [])
      if (version.scheduledDestroyTime !== undefined && version.scheduledDestroyTime <= now)
        this.destroyNow(version, version.scheduledDestroyTime);
    return secret;
  }

  find(id: string): Secret {
    const secret = this.peek(id);
    if (!secret) throw notFound(`Secret [projects/${this.#project.number}/secrets/${id}] not found.`);
    return secret;
  }

  /** By number, alias, or `latest`: the newest that was made, whatever its state. */
  findVersion(id: string, wanted: string): SecretVersion {
    const secret = this.find(id);
    const number = wanted === 'latest' ? secret.versions.at(-1)?.id : Number(secret.versionAliases[wanted] ?? wanted);
    const version = secret.versions.find((each) => each.id === number);
    if (!version)
      throw notFound(`Secret Version [projects/${this.#project.number}/secrets/${id}/versions/${wanted}] not found.`);
    return version;
  }

  /** The value of a version that may be read. */
  reveal(id: string, wanted: string): SecretVersion {
    const version = this.findVersion(id, wanted);
    if (version.state !== 'ENABLED')
      throw failedPrecondition(
        `Secret Version [projects/${this.#project.number}/secrets/${id}/versions/${version.id}] is in ${version.state} state.`,
      );
    return version;
  }

  add(secret: Secret): void {
    this.#secrets.set(secret.id, secret);
  }

  remove(id: string): void {
    this.#secrets.delete(id);
  }

  destroyNow(version: SecretVersion, time = this.#cloud.clock.now()): void {
    version.state = 'DESTROYED';
    version.destroyTime = time;
    version.data = Buffer.alloc(0);
    version.etag = this.newEtag();
    delete version.scheduledDestroyTime;
  }

  /** With its quotes, as Google's. */
  newEtag(): string {
    return `"${this.#cloud.clock.now().toString(16)}${(++this.#changes).toString(16)}"`;
  }
}
