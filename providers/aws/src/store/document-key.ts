import { hash } from 'node:crypto';

/** Of a sort key, which the keys of several tables are in an index. */
const maximumBytes = 1024;
const digestForm = /#sha256-[0-9a-f]{64}$/;
/** The attribute that holds a key that does not fit. */
export const wholeKey = '_key';

/** The key of a row. One that is too long is cut, at the border of a character, and its digest put after it. */
export function rowKey(key: string, prefix = ''): string {
  const plain = prefix + key;
  if (Buffer.byteLength(plain) <= maximumBytes && !digestForm.test(plain)) return plain;
  const digest = `#sha256-${hash('sha256', plain, 'hex')}`;
  let start = Buffer.from(plain).subarray(0, maximumBytes - digest.length);
  while (start.length > 0 && !isWhole(start)) start = start.subarray(0, -1);
  return start.toString() + digest;
}

/** Whether the bytes end with a whole character. */
function isWhole(bytes: Uint8Array): boolean {
  let last = bytes.length - 1;
  while (last > 0 && (bytes[last]! & 0xc0) === 0x80) last--;
  const first = bytes[last]!;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return bytes.length - last === length;
}
