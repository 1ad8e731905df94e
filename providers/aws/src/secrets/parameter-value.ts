import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { RunvoyError } from '@runvoy/core/provider';

/** Bytes of a value in the standard tier, which costs nothing. */
const partBytes = 4096;
const mark = 'runvoy-value';

/** What a parameter says of a value that does not simply stand in it. */
export interface Header {
  /** Milliseconds since the epoch. */
  expiresAt?: number;
  /** `gzip`: compressed, in base64. */
  encoding: 'text' | 'gzip';
  /** The folder of its parts, and how many there are; without parts it follows the header. */
  parts?: { folder: string; count: number };
}

export interface Encoded {
  value: string;
  parts: string[];
}

/**
 * A value as parameters hold it. As it is, for older servers, wherever that is possible (up to `plainBytes`); otherwise after a line
 * `runvoy-value 1 <expiry or -> <encoding> <folder or -> <parts>`. The sidecar of a run reads this form too (`sidecar-script.ts`).
 */
export function encodeValue(
  value: string,
  folder: string,
  { expiresAt, plainBytes }: { expiresAt?: number | undefined; plainBytes: number },
): Encoded {
  if (expiresAt === undefined && isPlain(value, plainBytes)) return { value, parts: [] };
  const expiry = expiresAt ?? '-';
  const inText = `${mark} 1 ${expiry} text - 0\n${value}`;
  if (isSafe(value) && Buffer.byteLength(inText) <= partBytes) return { value: inText, parts: [] };
  const body = gzipSync(value).toString('base64');
  const whole = `${mark} 1 ${expiry} gzip - 0\n${body}`;
  if (whole.length <= partBytes) return { value: whole, parts: [] };
  const parts = Array.from({ length: Math.ceil(body.length / partBytes) }, (_, at) =>
    body.slice(at * partBytes, (at + 1) * partBytes),
  );
  const id = `${folder}/${randomBytes(8).toString('hex')}`;
  return { value: `${mark} 1 ${expiry} gzip ${id} ${parts.length}`, parts };
}

/** The header of a stored value and what follows it, or the value itself. */
export function parseValue(stored: string): { header: Header; body: string } | { value: string } {
  const end = stored.indexOf('\n');
  const match = /^runvoy-value 1 (-|\d+) (text|gzip) (-|[\w/.-]+) (\d+)$/.exec(end < 0 ? stored : stored.slice(0, end));
  if (!match) return { value: stored };
  const [, expiry = '-', encoding, folder = '-', count] = match;
  return {
    header: {
      encoding: encoding as Header['encoding'],
      ...(expiry !== '-' && { expiresAt: Number(expiry) }),
      ...(folder !== '-' && { parts: { folder, count: Number(count) } }),
    },
    body: end < 0 ? '' : stored.slice(end + 1),
  };
}

/** The folder that the parts of a value are in, of an encoded value that has some. */
export const folderOf = ({ value }: Encoded): string => value.split(' ')[4] ?? '';

export function decodeBody({ encoding }: Header, body: string): string {
  if (encoding === 'text') return body;
  try {
    return gunzipSync(Buffer.from(body, 'base64')).toString();
  } catch {
    // Without its cause: zlib's errors hold a piece of what they read.
    throw new RunvoyError('INTERNAL_ERROR', 'a secret value in Parameter Store is damaged', {
      remedy: 'Set the secret again.',
    });
  }
}

/** Whether older servers can read it as it is. */
function isPlain(value: string, plainBytes: number): boolean {
  return value !== '' && isSafe(value) && !value.startsWith(mark) && Buffer.byteLength(value) <= plainBytes;
}

/** Parameter Store takes `{{` for a reference to another parameter; control characters and white space at the ends may not survive. */
function isSafe(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/\{\{|[\u0000-\u0008\u000b-\u001f\u007f]|^\s|\s$/.test(value) && value.isWellFormed();
}
