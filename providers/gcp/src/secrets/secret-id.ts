import { hash } from 'node:crypto';
import type { GcpConfig } from '../config/config.ts';

const maximumLength = 255;
const letters: Record<string, string> = { _: '__', '.': '_d', '/': '_s' };

/** What single runs need is named so by core; a job's service account may read these and no others. */
const bundlePrefix = 'exec/';

/**
 * The id of the secret with a name of the contract: readable, of the characters that Secret Manager allows (no dot, no slash), and
 * another one for every name. A name that becomes too long is a digest after `_h`, which no other name begins with.
 */
export function secretId({ deployment, secrets }: Pick<GcpConfig, 'deployment' | 'secrets'>, name: string): string {
  const isBundle = name.startsWith(bundlePrefix);
  const prefix = isBundle ? bundleIdPrefix(deployment) : `${secrets.prefix}-`;
  const rest = isBundle ? name.slice(bundlePrefix.length) : name;
  const encoded = rest.replace(/[_./]/g, (character) => letters[character]!);
  const fits = prefix.length + encoded.length <= maximumLength;
  return prefix + (fits ? encoded : `_h${hash('sha256', name, 'base64url')}`);
}

export const bundleIdPrefix = (deployment: string): string => `${deployment}-exec-`;
