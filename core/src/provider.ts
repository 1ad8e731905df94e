/**
 * The provider contract: everything a cloud plugin needs, and nothing of how core works.
 *
 * Start with {@link ProviderPlugin}. A provider is narrow on purpose: validation, ids, retries, paging, masking, access
 * control, the state machine and log following are core's. What an implementation owes is stated on each interface, one
 * sentence an obligation; the conformance suite checks every one of them.
 */
export * from './contract/backend-logs.ts';
export * from './contract/capabilities.ts';
export * from './contract/collections.ts';
export * from './contract/errors.ts';
export * from './contract/events.ts';
export * from './contract/identities.ts';
export * from './contract/logs.ts';
export * from './contract/notifications.ts';
export * from './contract/plugin.ts';
export * from './contract/plumbing.ts';
export * from './contract/secrets.ts';
export * from './contract/sockets.ts';
export * from './contract/store.ts';
export * from './contract/tasks.ts';
