import type { CallOptions } from './plugin.ts';

/**
 * Secret values by name; everything else about a secret is a document in the store.
 *
 * - Names are 1 to 255 characters of `[A-Za-z0-9._/-]`. Values are 0 to 65,536 bytes of UTF-8, any characters, kept as they are.
 * - A value is encrypted at rest, and appears in no log line and no error.
 */
export interface Secrets {
  /** Stores or replaces. After `expiresAt` (milliseconds since the epoch) the value is as good as removed. */
  put(name: string, value: string, options?: { expiresAt?: number }, call?: CallOptions): Promise<void>;
  /** The value last put, or `undefined` if there is none. */
  reveal(name: string, call?: CallOptions): Promise<string | undefined>;
  /** Removes. A name that is not there is no error. */
  remove(name: string, call?: CallOptions): Promise<void>;
  /** Every name that has a value, in no particular order: health compares it with the documents to find orphans. */
  list(call?: CallOptions): Promise<string[]>;
}
