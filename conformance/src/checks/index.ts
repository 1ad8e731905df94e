import type { Check } from '../check.ts';
import { conditionChecks } from './store/conditions.ts';
import { contentionChecks } from './store/contention.ts';
import { expiryChecks } from './store/expiry.ts';
import { insertChecks } from './store/insert.ts';
import { oddChecks } from './store/odd.ts';
import { pagingChecks } from './store/paging.ts';
import { queryChecks } from './store/query.ts';
import { rangeChecks } from './store/ranges.ts';
import { updateChecks } from './store/update.ts';

/** Every check of the facet tier. */
export const checks: readonly Check[] = [
  ...insertChecks,
  ...updateChecks,
  ...conditionChecks,
  ...contentionChecks,
  ...expiryChecks,
  ...queryChecks,
  ...rangeChecks,
  ...pagingChecks,
  ...oddChecks,
];
