/** What providers need at run time, besides the contract: loads nothing but Node's own modules. */
export { mapBounded } from './concurrency/map-bounded.ts';
export { checkoutScript } from './executions/checkout-script.ts';
export { isFinal } from './executions/is-final.ts';
export { closedError, Lifecycle } from './lifecycle.ts';
export { endMarker, findEndMarker } from './logs/end-marker.ts';
export { createMasker } from './logs/masking.ts';
export { holds } from './store/condition.ts';
