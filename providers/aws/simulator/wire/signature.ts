/** The access key id and the scope that a SigV4 header names. The signature itself is not checked. */
export interface Signature {
  accessKeyId: string;
  region: string;
  service: string;
}

export function readSignature(header: string | undefined): Signature | undefined {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(header ?? '');
  if (!match) return undefined;
  return { accessKeyId: match[1]!, region: match[2]!, service: match[3]! };
}
