import { CONTRACT_VERSION, defineProvider } from '@runvoy/core/provider';
import { config } from './config/config.ts';
import { openProvider } from './open-provider.ts';

/** runvoy on Google Cloud: Firestore, Cloud Run Jobs, Secret Manager, Cloud Logging and Pub/Sub. */
export default defineProvider({
  name: 'gcp',
  contract: CONTRACT_VERSION,
  config,
  open: openProvider,
});
