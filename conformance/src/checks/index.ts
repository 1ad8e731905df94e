import type { Check } from '../check.ts';
import { backendLogChecks } from './backend-logs/find.ts';
import { classifyChecks } from './classify/classify.ts';
import { decodeChecks } from './decode/decode.ts';
import { listenChecks } from './decode/listen.ts';
import { receiveChecks } from './decode/receive.ts';
import { identityChecks } from './identities/exists.ts';
import { closeChecks } from './lifecycle/close.ts';
import { methodChecks } from './lifecycle/methods.ts';
import { appendChecks } from './logs/append.ts';
import { archiveChecks } from './logs/archive.ts';
import { chunkChecks } from './logs/chunks.ts';
import { cursorChecks } from './logs/cursors.ts';
import { endChecks } from './logs/ends.ts';
import { exchangeChecks } from './logs/exchange.ts';
import { maskingChecks } from './logs/masking.ts';
import { taskLogChecks } from './logs/of-tasks.ts';
import { textChecks } from './logs/text.ts';
import { watchChecks } from './logs/watch.ts';
import { watchCrowdChecks } from './logs/watch-crowds.ts';
import { watchStopChecks } from './logs/watch-stops.ts';
import { claimChecks } from './plugin/claim.ts';
import { importChecks } from './plugin/import.ts';
import { pluginChecks } from './plugin/plugin.ts';
import { productChecks } from './product/index.ts';
import { secretExpiryChecks } from './secrets/expiry.ts';
import { secretLeakChecks } from './secrets/leaks.ts';
import { secretNameChecks } from './secrets/names.ts';
import { secretPutChecks } from './secrets/put.ts';
import { socketChecks } from './sockets/push.ts';
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
import { gitChecks } from './tasks/git.ts';
import { inspectChecks } from './tasks/inspect.ts';
import { startChecks } from './tasks/start.ts';
import { stopChecks } from './tasks/stop.ts';
import { stopEverythingChecks } from './tasks/stop-everything.ts';
import { templateChecks } from './tasks/templates.ts';

/** Every check: the facet tier in the order of the contract, then the product tier. */
export const checks: readonly Check[] = [
  ...claimChecks,
  ...importChecks,
  ...pluginChecks,
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
  ...secretLeakChecks,
  ...secretPutChecks,
  ...secretNameChecks,
  ...commandChecks,
  ...endingChecks,
  ...environmentChecks,
  ...gitChecks,
  ...inspectChecks,
  ...startChecks,
  ...stopEverythingChecks,
  ...stopChecks,
  ...templateChecks,
  ...appendChecks,
  ...archiveChecks,
  ...chunkChecks,
  ...cursorChecks,
  ...endChecks,
  ...exchangeChecks,
  ...maskingChecks,
  ...taskLogChecks,
  ...textChecks,
  ...watchStopChecks,
  ...watchChecks,
  ...watchCrowdChecks,
  ...identityChecks,
  ...socketChecks,
  ...backendLogChecks,
  ...decodeChecks,
  ...listenChecks,
  ...receiveChecks,
  ...classifyChecks,
  ...productChecks,
];
