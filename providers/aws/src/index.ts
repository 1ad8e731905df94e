import { CONTRACT_VERSION, defineProvider } from '@runvoy/core/provider';
import { config } from './config.ts';

/** runvoy on AWS, on the resources of a deployment of upstream's, of any of its versions. */
export default defineProvider({
  name: 'aws',
  contract: CONTRACT_VERSION,
  config,
  open: async (settings, context) => (await import('./open-provider.ts')).openProvider(settings, context),
});
