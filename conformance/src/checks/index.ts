import type { Check } from '../check.ts';
import { closeChecks } from './lifecycle/close.ts';
import { methodChecks } from './lifecycle/methods.ts';
import { appendChecks } from './logs/append.ts';
import { chunkChecks } from './logs/chunks.ts';
import { cursorChecks } from './logs/cursors.ts';
import { endChecks } from './logs/ends.ts';
import { textChecks } from './logs/text.ts';
import { watchChecks } from './logs/watch.ts';
import { watchStopChecks } from './logs/watch-stops.ts';
import { secretExpiryChecks } from './secrets/expiry.ts';
import { secretChecks } from './secrets/secrets.ts';
import { conditionChecks } from './store/conditions.ts';
import { contentionChecks } from './store/contention.ts';
import { expiryChecks } from './store/expiry.ts';
import { insertChecks } from './store/insert.ts';
import { oddChecks } from './store/odd.ts';
import { pagingChecks } from './store/paging.ts';
import { queryChecks } from './store/query.ts';
import { rangeChecks } from './store/ranges.ts';
import { updateChecks } from './store/update.ts';
import { commandChecks } from './tasks/command.ts';
import { endingChecks } from './tasks/endings.ts';
import { environmentChecks } from './tasks/environment.ts';
import { inspectChecks } from './tasks/inspect.ts';
import { startChecks } from './tasks/start.ts';
import { stopChecks } from './tasks/stop.ts';
import { stopEverythingChecks } from './tasks/stop-everything.ts';
import { templateChecks } from './tasks/templates.ts';

/** Every check of the facet tier, in the order of the contract. */
export const checks: readonly Check[] = [
  ...closeChecks,
  ...methodChecks,
  ...conditionChecks,
  ...contentionChecks,
  ...expiryChecks,
  ...insertChecks,
  ...oddChecks,
  ...pagingChecks,
  ...queryChecks,
  ...rangeChecks,
  ...updateChecks,
  ...secretExpiryChecks,
  ...secretChecks,
  ...commandChecks,
  ...endingChecks,
  ...environmentChecks,
  ...inspectChecks,
  ...startChecks,
  ...stopEverythingChecks,
  ...stopChecks,
  ...templateChecks,
  ...appendChecks,
  ...chunkChecks,
  ...cursorChecks,
  ...endChecks,
  ...textChecks,
  ...watchStopChecks,
  ...watchChecks,
];
