/** What the HTTP API needs to know of the server's configuration. */
export interface HttpSettings {
  /** Where clients reach this server, e.g. `https://runvoy.example.com`. Without it, what the request says of itself counts. */
  publicUrl?: string;
  /** Where viewers' sockets are opened, when that is not on this server: a URL that gets a query added. */
  streamUrl?: string;
  /** Origins whose pages may call the API; `*` allows all. One trailing slash is ignored. */
  corsOrigins: readonly string[];
  maximumBodyBytes: number;
  /** Seconds after which a request is answered with 503; 0 means never. */
  requestTimeoutSeconds: number;
  /** Requests that one API key may make in a second, and failing or public ones that one address may; 0 means any number. */
  requestsPerSecond: number;
  /**
   * How many proxies in front of this server append to `X-Forwarded-For`. The client is the entry that the outermost of them
   * wrote; entries left of it are the client's own claims. 0: the header is ignored.
   */
  trustedProxies: number;
}
