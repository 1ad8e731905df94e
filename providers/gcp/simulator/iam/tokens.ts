import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import type { Clock } from '../cloud/time.ts';

const identitySeconds = 3600;

/** What Google signs: identity tokens, verifiable with the keys that the simulator shows. */
export class Tokens {
  readonly #clock: Clock;
  #made: KeyPairKeyObjectResult | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get keyId(): string {
    const bytes = this.#keys.publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(bytes).digest('hex').slice(0, 40);
  }

  /** Says whose it is, and is no secret: the simulator needs nothing more. */
  accessToken(account: string): string {
    return `sa:${account}`;
  }

  /** An OpenID Connect token, as Pub/Sub, Scheduler and the metadata server send it. `claims` overrides: for forged ones. */
  identityToken(account: string, audience: string, claims: Record<string, unknown> = {}): string {
    const seconds = Math.floor(this.#clock.now() / 1e6);
    const subject = String(createHash('sha256').update(account).digest().readUIntBE(0, 6));
    const payload = {
      aud: audience,
      azp: subject,
      email: account,
      email_verified: true,
      exp: seconds + identitySeconds,
      iat: seconds,
      iss: 'https://accounts.google.com',
      sub: subject,
      ...claims,
    };
    const text = `${encoded({ alg: 'RS256', kid: this.keyId, typ: 'JWT' })}.${encoded(payload)}`;
    return `${text}.${sign('sha256', Buffer.from(text), this.#keys.privateKey).toString('base64url')}`;
  }

  /** For `OAuth2Client.verifySignedJwtWithCertsAsync`: the public key in PEM, by key id. */
  certificates(): Record<string, string> {
    return { [this.keyId]: this.#keys.publicKey.export({ type: 'spki', format: 'pem' }) as string };
  }

  /** Made when somebody needs them: they take a tenth of a second. */
  get #keys(): KeyPairKeyObjectResult {
    this.#made ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return this.#made;
  }

  /** As `https://www.googleapis.com/oauth2/v3/certs` answers. */
  keySet(): { keys: Record<string, unknown>[] } {
    return { keys: [{ ...this.#keys.publicKey.export({ format: 'jwk' }), kid: this.keyId, use: 'sig', alg: 'RS256' }] };
  }
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
