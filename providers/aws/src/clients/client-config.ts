import type { AwsConfig, Service } from '../config.ts';

/** What every SDK client is made with. */
export function clientConfig({ region, credentials, endpoints }: AwsConfig, service: Service) {
  const endpoint = endpoints[service];
  return {
    ...(region !== undefined && { region }),
    ...(credentials && { credentials }),
    ...(endpoint !== undefined && { endpoint }),
    // One more than the default: throttled calls are repeated with growing pauses.
    maxAttempts: 4,
  };
}
