import type { Check } from '../../check.ts';
import { accessScenarios } from './access.ts';
import { commandLineScenarios } from './command-line.ts';
import { eventScenarios } from './events.ts';
import { gitScenarios } from './git.ts';
import { historyScenarios } from './history.ts';
import { imageScenarios } from './images.ts';
import { outputScenarios } from './output.ts';
import { recoveryScenarios } from './recovery.ts';
import { runScenarios } from './runs.ts';
import { secretScenarios } from './secrets.ts';
import { stoppingScenarios } from './stopping.ts';
import { streamRefusalScenarios } from './stream-refusals.ts';
import { streamScenarios } from './streams.ts';
import { upstreamScenarios } from './upstream.ts';
import { userScenarios } from './users.ts';
import { wireScenarios } from './wire.ts';

/** The product tier: scenarios through HTTP, sockets and the command line. */
export const productChecks: readonly Check[] = [
  ...userScenarios,
  ...accessScenarios,
  ...imageScenarios,
  ...secretScenarios,
  ...runScenarios,
  ...outputScenarios,
  ...stoppingScenarios,
  ...historyScenarios,
  ...streamScenarios,
  ...streamRefusalScenarios,
  ...gitScenarios,
  ...eventScenarios,
  ...recoveryScenarios,
  ...upstreamScenarios,
  ...wireScenarios,
  ...commandLineScenarios,
];
