import type { Check } from '../check.ts';

/** Every check of the facet tier. */
export const checks: readonly Check[] = [];
