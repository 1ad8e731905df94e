import type { Sockets } from '@runvoy/core/provider';
import type { Calls } from '../clients/calls.ts';
import { clientConfig } from '../clients/client-config.ts';
import type { AwsConfig } from '../config.ts';
import type { GatewaySockets } from './sockets.ts';

/** Of one message: "Quotas for configuring and running a WebSocket API" in API Gateway's developer guide. */
const maximumBytes = 128 * 1024;
const lifetimeSeconds = 2 * 3600;

type MakeClient = <T>(make: () => Promise<T>, close: (made: T) => void) => () => Promise<T>;

/** The facet, whose client is loaded with the first message. */
export function lazySockets(config: AwsConfig, calls: Calls, client: MakeClient): Sockets {
  const settings = {
    ...clientConfig(config, 'APIGATEWAYMANAGEMENTAPI'),
    endpoint: config.endpoints.APIGATEWAYMANAGEMENTAPI ?? managementUrl(config.websocketEndpoint),
  };
  const sockets = client<GatewaySockets>(
    async () => new (await import('./sockets.ts')).GatewaySockets(settings, calls),
    (it) => it.end(),
  );
  return {
    maximumBytes,
    lifetimeSeconds,
    push: async (connection, text, call) => (await sockets()).push(connection, text, call),
    close: async (connection, call) => (await sockets()).close(connection, call),
  };
}

/** However the endpoint is written, as upstream takes it; without TLS only on this machine. */
export function managementUrl(endpoint: string): string {
  const address = endpoint.replace(/^(wss?|https?):\/\//, '');
  const isLocal = /^(ws|http):\/\/(127\.0\.0\.1|localhost)[:/]/.test(endpoint);
  return `${isLocal ? 'http' : 'https'}://${address}`;
}
