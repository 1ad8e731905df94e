import type { InfraDriver } from '../driver.ts';

/** What the module's outputs say to an operator. */
export const moduleOutputs: Pick<InfraDriver, 'endpoint' | 'environment' | 'nextStep'> = {
  // The address is foretold before there is a server; a module of somebody's own may not list its services.
  endpoint: ({ api_endpoint, services }) => (hasServer(services) ? (api_endpoint as string | undefined) : undefined),
  environment: ({ environment }) => (environment ?? {}) as Record<string, string>,
  nextStep: ({ image_repository, services }) =>
    hasServer(services)
      ? undefined
      : `There is no server yet: push its image to ${image_repository}/runvoy:<version>, and apply again with --parameter image=${image_repository}/runvoy:<version>`,
};

const hasServer = (services: unknown): boolean => !Array.isArray(services) || services.length > 0;
