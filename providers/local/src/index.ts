import { CONTRACT_VERSION, defineProvider } from '@runvoy/core/provider';
import { config } from './config.ts';
import { openProvider } from './open-provider.ts';

/** runvoy on this machine: `node:sqlite`, and processes or Docker containers under a supervisor of their own. */
export default defineProvider({
  name: 'local',
  contract: CONTRACT_VERSION,
  config,
  open: openProvider,
});
