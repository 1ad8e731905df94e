import { defineHarness } from '@runvoy/conformance';
import plugin from './src/provider.ts';

/** How the suite gets a fresh deployment of this provider. `npx runvoy-conformance ./my.harness.ts` */
export default defineHarness({
  plugin,
  // One that has /bin/sh and the usual tools; not needed once the provider has a defaultImage.
  images: { runnable: 'docker.io/library/debian:stable-slim' },
  // One for each check, several at a time: give each tables, buckets and names of its own, e.g. with `id` as a prefix.
  world: (id) => ({
    env: { ACME_PREFIX: id },
    teardown: async () => {
      // Remove what the deployment `id` has made.
    },
  }),
});
