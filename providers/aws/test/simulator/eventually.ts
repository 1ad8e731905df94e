import { expect } from 'vitest';

/** A condition that comes true, however busy the machine is. */
export const eventually = <Value>(value: () => Value | Promise<Value>) =>
  expect.poll(value, { timeout: 15_000, interval: 20 });
