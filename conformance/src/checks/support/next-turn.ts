import { setImmediate } from 'node:timers/promises';

/**
 * Lets timers fire. Every loop that ends when a provider says so has it: one that answers at once, and wrongly, for ever would
 * otherwise keep the check's own time limit from being noticed.
 */
export const nextTurn = (): Promise<void> => setImmediate();
