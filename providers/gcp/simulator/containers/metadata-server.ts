import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Tokens } from '../iam/tokens.ts';

export interface MetadataOptions {
  projectId: string;
  projectNumber: string;
  region: string;
  /** E-mail of the account that the task runs as. */
  account: string;
  instanceId: string;
  tokens: Tokens;
}

export interface MetadataServer {
  /** `127.0.0.1:port`: what `GCE_METADATA_HOST` wants. */
  host: string;
  close(): void;
}

const tokenSeconds = 3599;

/** The metadata server of one task, which knows whose the task is because nobody else can reach it. */
export async function startMetadataServer(options: MetadataOptions): Promise<MetadataServer> {
  const server = createServer((request, response) => answer(options, request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    host: `127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(options: MetadataOptions, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('metadata-flavor', 'Google');
  response.setHeader('server', 'Metadata Server for Serverless');
  if (request.headers['metadata-flavor'] !== 'Google') {
    response.writeHead(403, { 'content-type': 'text/html' }).end('Missing Metadata-Flavor:Google header.\n');
    return;
  }
  const url = new URL(request.url ?? '/', 'http://metadata.google.internal');
  const found = valueAt(
    options,
    url.pathname.replace(/^\/computeMetadata\/v1\//, '').replace(/\/$/, ''),
    url.searchParams,
  );
  if (found === undefined) response.writeHead(404).end('Not Found\n');
  else if (typeof found === 'string') response.writeHead(200, { 'content-type': 'application/text' }).end(found);
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
}

function valueAt(options: MetadataOptions, path: string, query: URLSearchParams): string | object | undefined {
  const { projectId, projectNumber, region, account, instanceId, tokens } = options;
  const own = path.replace(/^instance\/service-accounts\/[^/]+/, 'instance/service-accounts/default');
  switch (own) {
    case '':
      return 'instance/\nproject/\n';
    case 'project/project-id':
      return projectId;
    case 'project/numeric-project-id':
      return projectNumber;
    case 'instance/id':
      return instanceId;
    case 'instance/region':
      return `projects/${projectNumber}/regions/${region}`;
    case 'instance/zone':
      return `projects/${projectNumber}/zones/${region}-1`;
    case 'instance/service-accounts/default/email':
      return account;
    case 'instance/service-accounts/default/scopes':
      return 'https://www.googleapis.com/auth/cloud-platform\n';
    case 'instance/service-accounts/default/token':
      return { access_token: tokens.accessToken(account), expires_in: tokenSeconds, token_type: 'Bearer' };
    case 'instance/service-accounts/default/identity': {
      const audience = query.get('audience');
      return audience === null ? undefined : tokens.identityToken(account, audience);
    }
    case 'universe/universe-domain':
      return 'googleapis.com';
    default:
      return undefined;
  }
}
