import { randomBytes } from 'node:crypto';

const pooledBytes = 2048;

let pool = '';
let position = 0;

/** As many random bytes, in hexadecimal. The system is asked for many at a time: one by one, an id costs it over two microseconds. */
export function randomHex(bytes: number): string {
  const length = 2 * bytes;
  if (position + length > pool.length) {
    pool = randomBytes(pooledBytes).toString('hex');
    position = 0;
  }
  position += length;
  return pool.slice(position - length, position);
}
