import type { Times } from '../../preferences.ts';

const order: Times[] = ['off', 'absolute', 'relative'];

export function nextTimes(times: Times): Times {
  return order[(order.indexOf(times) + 1) % order.length]!;
}
