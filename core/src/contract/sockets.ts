import type { CallOptions } from './plugin.ts';

/** A viewer's socket as the gateway that holds it names it. */
export type Connection = string;

export interface Sockets {
  /** Bytes that one text may have; core splits above it. */
  readonly maximumBytes: number;
  /** Seconds after which the gateway closes a socket whatever happens; core announces a reconnect before. */
  readonly lifetimeSeconds: number;
  /**
   * Sends one text to one viewer: `gone` when the socket is closed for good. Calls for different connections do not wait for
   * each other; calls for one connection arrive in the order they were made.
   */
  push(connection: Connection, text: string, call?: CallOptions): Promise<'sent' | 'gone'>;
  /** Closes a socket. One that is gone is no error. */
  close(connection: Connection, call?: CallOptions): Promise<void>;
}
