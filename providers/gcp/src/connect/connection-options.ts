import type { ClientOptions } from 'google-gax';
import type { GcpConfig } from '../config/config.ts';
import { splitAddress } from './split-address.ts';

/** Options of every generated client: Google itself with the credentials of this machine, or a simulated cloud without any. */
export async function connectionOptions({ project, endpoint }: GcpConfig): Promise<ClientOptions> {
  if (endpoint === undefined) return { projectId: project };
  const [{ credentials }, { PassThroughClient }] = await Promise.all([
    import('@grpc/grpc-js'),
    import('google-auth-library'),
  ]);
  const [apiEndpoint, port] = splitAddress(endpoint);
  const options = {
    projectId: project,
    apiEndpoint,
    port,
    sslCreds: credentials.createInsecure(),
    // Without a client of its own it would look for a metadata server.
    authClient: new PassThroughClient(),
  };
  return options as ClientOptions;
}
