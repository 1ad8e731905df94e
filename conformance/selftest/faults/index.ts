import { lifecycleFaults } from './lifecycle.ts';
import { logAppendFaults } from './logs-append.ts';
import { logExchangeFaults } from './logs-exchange.ts';
import { logReadFaults } from './logs-read.ts';
import { logWatchFaults } from './logs-watch.ts';
import { notificationFaults } from './notifications.ts';
import { pluginFaults } from './plugin.ts';
import { secretFaults } from './secrets.ts';
import { storeConditionFaults } from './store-conditions.ts';
import { storeExpiryFaults } from './store-expiry.ts';
import { storeKeyFaults } from './store-keys.ts';
import { storeQueryFaults } from './store-queries.ts';
import { storeWriteFaults } from './store-writes.ts';
import type { Fault } from './support/fault.ts';
import { taskCommandFaults } from './task-commands.ts';
import { taskEndFaults } from './task-ends.ts';
import { taskOutputFaults } from './task-output.ts';
import { taskStartFaults } from './task-starts.ts';
import { taskStopFaults } from './task-stops.ts';

/** Every broken provider that the suite must tell from a good one. */
export const faults: readonly Fault[] = [
  ...pluginFaults,
  ...lifecycleFaults,
  ...storeWriteFaults,
  ...storeKeyFaults,
  ...storeConditionFaults,
  ...storeExpiryFaults,
  ...storeQueryFaults,
  ...secretFaults,
  ...taskCommandFaults,
  ...taskEndFaults,
  ...taskStartFaults,
  ...taskStopFaults,
  ...taskOutputFaults,
  ...logAppendFaults,
  ...logExchangeFaults,
  ...logReadFaults,
  ...logWatchFaults,
  ...notificationFaults,
];
