import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What a Signature Version 4 header says. */
export interface Signature {
  accessKeyId: string;
  /** `yyyymmdd/region/service/aws4_request` */
  scope: string;
  signedHeaders: readonly string[];
  signature: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

export function readSignature(header: string | undefined): Signature | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      header ?? '',
    );
  if (!match) return undefined;
  return { accessKeyId: match[1]!, scope: match[2]!, signedHeaders: match[3]!.split(';'), signature: match[4]! };
}

/** Whether whoever has signed this knows the secret. As in "Create a signed AWS API request" of the IAM guide. */
export function isSignedWith(secret: string, given: Signature, request: IncomingMessage, body: Buffer): boolean {
  const { headers, method = 'POST', url = '/' } = request;
  const [path = '/', query = ''] = url.split('?');
  const canonicalHeaders = given.signedHeaders.map((name) => {
    const value = [headers[name]].flat().join(',');
    return `${name}:${value.trim().replace(/\s+/g, ' ')}\n`;
  });
  const canonical = [
    method,
    escapePath(path),
    query.split('&').sort().join('&'),
    canonicalHeaders.join(''),
    given.signedHeaders.join(';'),
    sha256(body),
  ].join('\n');
  const toSign = [algorithm, headers['x-amz-date'], given.scope, sha256(canonical)].join('\n');
  return timingSafeEqual(hmac(signingKey(secret, given.scope), toSign), Buffer.from(given.signature, 'hex'));
}

let known: { secret: string; scope: string; key: Buffer } | undefined;

/** The last one is remembered: it costs four times as much as what is signed with it. */
function signingKey(secret: string, scope: string): Buffer {
  if (known?.secret !== secret || known.scope !== scope) {
    const key = scope.split('/').reduce<Buffer | string>((from, part) => hmac(from, part), `AWS4${secret}`);
    known = { secret, scope, key: key as Buffer };
  }
  return known.key;
}

/** Every service but S3 wants what is escaped in the URL escaped once more. */
const escapePath = (path: string) =>
  encodeURIComponent(path)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
