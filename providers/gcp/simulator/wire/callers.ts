/** E-mail of a service account, `owner`, or nobody. */
export type Caller = string | undefined;

/** Whoever shows no token, or one that is not ours: may do everything. */
export const owner = 'owner';

/** The prefix of an access token of the simulated cloud, which says whose it is: `sa:name@project.iam.gserviceaccount.com`. */
export const tokenPrefix = 'sa:';

/** Who calls: by the token, or else by the port, since one can be an account's own. */
export class Callers {
  readonly #accountOfPort = new Map<string, string>();

  reserve(port: number, account: string): void {
    this.#accountOfPort.set(String(port), account);
  }

  /** `host`: what the client believes to talk to, `127.0.0.1:port`. */
  of(authorization: string | undefined, host: string | undefined): Caller {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (token?.startsWith(tokenPrefix)) return token.slice(tokenPrefix.length);
    const port = host?.slice(host.lastIndexOf(':') + 1) ?? '';
    return this.#accountOfPort.get(port) ?? (token === undefined ? undefined : owner);
  }
}
