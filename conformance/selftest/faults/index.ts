import { storeConditionFaults } from './store-conditions.ts';
import { storeExpiryFaults } from './store-expiry.ts';
import { storeKeyFaults } from './store-keys.ts';
import { storeQueryFaults } from './store-queries.ts';
import { storeWriteFaults } from './store-writes.ts';
import type { Fault } from './support/fault.ts';

/** Every broken provider that the suite must tell from a good one. */
export const faults: readonly Fault[] = [
  ...storeWriteFaults,
  ...storeKeyFaults,
  ...storeConditionFaults,
  ...storeExpiryFaults,
  ...storeQueryFaults,
];
