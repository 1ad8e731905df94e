import type { Check } from '../../check.ts';
import { accessScenarios } from './access.ts';
import { historyScenarios } from './history.ts';
import { imageScenarios } from './images.ts';
import { runScenarios } from './runs.ts';
import { secretScenarios } from './secrets.ts';
import { stoppingScenarios } from './stopping.ts';
import { streamScenarios } from './streams.ts';
import { userScenarios } from './users.ts';

/** The product tier: scenarios through HTTP, sockets and the command line. */
export const productChecks: readonly Check[] = [
  ...userScenarios,
  ...accessScenarios,
  ...imageScenarios,
  ...secretScenarios,
  ...runScenarios,
  ...stoppingScenarios,
  ...historyScenarios,
  ...streamScenarios,
];
